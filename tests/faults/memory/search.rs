//! Looks for a text in everything that a process can write to: heap, stacks and data.

use std::{
    fs::{self, File},
    os::unix::fs::FileExt,
};

/// Parts of a text that no other text has: a copy that was overwritten in part is still found.
pub(super) fn pieces(text: &str) -> Vec<Vec<u8>> {
    let length = text.len().min(20);
    let last = text.len() - length;
    let starts = (0..=last).step_by(64).chain([last]);
    starts.map(|start| text.as_bytes()[start..start + length].to_vec()).collect()
}

/// How many of the pieces stand somewhere in the process's memory.
pub(super) fn found(pid: u32, pieces: &[Vec<u8>]) -> usize {
    let memory = writable_memory(pid);
    let stands = |piece: &&Vec<u8>| memory.iter().any(|part| contains(part, piece));
    pieces.iter().filter(stands).count()
}

fn writable_memory(pid: u32) -> Vec<Vec<u8>> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).expect("root may read another's memory");
    let memory = File::open(format!("/proc/{pid}/mem")).expect("root may read another's memory");
    let read = |line: &str| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
        (rest.starts_with("rw") && memory.read_exact_at(&mut bytes, start).is_ok()).then_some(bytes)
    };
    let parts: Vec<Vec<u8>> = maps.lines().filter_map(read).collect();
    assert!(parts.iter().map(Vec::len).sum::<usize>() > 100_000, "the memory of {pid} cannot be read");
    parts
}

fn contains(memory: &[u8], piece: &[u8]) -> bool {
    let mut at = 0;
    while let Some(offset) = memory[at..].iter().position(|byte| *byte == piece[0]) {
        at += offset;
        if memory[at..].starts_with(piece) {
            return true;
        }
        at += 1;
    }
    false
}
