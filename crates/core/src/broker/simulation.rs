//! Simulated years: a broker, its refresh loop and its customers in a world that knows the true time.
//!
//! Both clocks go apart (suspends, steps of a day), upstream is down, slow, busy, refuses or repeats itself.
//! Each answer is held against upstream's own book, kept by the true time outside the broker. All chance
//! comes from a seed that is printed. `SHOREPASS_SOAK=1` runs more seeds and longer ones.

mod bed;
mod chance;
mod claims;
mod cost;
mod herds;
mod upstream;
mod witness;
mod world;
mod worlds;
