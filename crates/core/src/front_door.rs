//! The protocols of the other front doors: what a kubelet or Bazel asks, and what it is answered.
//!
//! Pure functions of texts. Which credential is meant, and whether there is one, is the broker's to say.

pub mod bazel;
pub mod image;
pub mod kubelet;
pub mod pod;
