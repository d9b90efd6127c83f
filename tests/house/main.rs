//! The house rules: what may depend on what, and that the lists agree with the code.

mod arrows;
mod kinds;
