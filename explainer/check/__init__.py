"""What a careful editor would ask of a site that builds."""
