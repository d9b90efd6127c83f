//! A kubelet's way to match an image with `matchImages`, written down from its documented rules.
//!
//! A star stands for a part of one label of the host, the number of labels is equal, so is the port, and a path is a prefix.

#[test]
fn the_rules_are_those_of_the_documentation() {
    for (glob, image, is_match) in [
        ("registry.example", "registry.example/team/app", true),
        ("registry.example", "registry.example:5000/app", false),
        ("registry.example:5000", "registry.example:5000/app", true),
        ("*.example", "a.example/app", true),
        ("*.example", "a.b.example/app", false),
        ("*.example", "example/app", false),
        ("*.*.example", "a.b.example/app", true),
        ("app*.example", "app7.example/app", true),
        ("app*.example", "web.example/app", false),
        ("*-docker.pkg.dev", "us-docker.pkg.dev/p/app", true),
        ("registry.example/team", "registry.example/team/app", true),
        ("registry.example/team", "registry.example/other/app", false),
        ("*.example", "a.example.stranger.example/app", false),
    ] {
        assert_eq!(matches(glob, image), is_match, "{glob} {image}");
    }
}

/// Whether the kubelet would call the provider for the image.
pub(crate) fn matches(glob: &str, image: &str) -> bool {
    let ((glob_host, glob_port, glob_path), (host, port, path)) = (parts(glob), parts(image));
    let (globs, labels): (Vec<&str>, Vec<&str>) = (glob_host.split('.').collect(), host.split('.').collect());
    glob_port == port
        && globs.len() == labels.len()
        && globs.iter().zip(&labels).all(|(glob, label)| is_label(glob, label))
        && path.starts_with(glob_path)
}

/// Host, port and path.
fn parts(text: &str) -> (&str, &str, &str) {
    let (place, path) = text.split_at(text.find('/').unwrap_or(text.len()));
    let (host, port) = place.split_once(':').unwrap_or((place, ""));
    (host, port, path)
}

fn is_label(glob: &str, label: &str) -> bool {
    match glob.split_once('*') {
        None => glob == label,
        Some((before, after)) => label.strip_prefix(before).is_some_and(|rest| {
            (0..=rest.len()).filter(|at| rest.is_char_boundary(*at)).any(|at| is_label(after, &rest[at..]))
        }),
    }
}
