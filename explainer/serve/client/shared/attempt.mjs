// Running the parts of a script so that an error in one does not stop the others.

// Run a part. An error in it is reported like any other, but later.
export const attempt = (part) => {
  try {
    part();
  } catch (error) {
    setTimeout(() => {
      throw error;
    });
  }
};
