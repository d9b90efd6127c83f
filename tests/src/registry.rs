//! Registries that let in whom the fake cloud has given a password that is still good.
//!
//! [`Registry`] serves one small image itself; [`TokenService`] is the other half of a real registry that
//! asks for bearer tokens.

mod distribution;
mod image;
mod token_service;

pub use self::{
    distribution::{Registry, RegistryBuilder},
    image::Image,
    token_service::{TokenService, TokenServiceBuilder},
};
