//! Fake clouds and the tools that the tests share.
