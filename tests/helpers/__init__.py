"""What tests share: folders, pages, servers, browsers, strategies."""
