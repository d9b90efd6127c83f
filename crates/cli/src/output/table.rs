//! Aligned text: a table with a head, a list of named facts, a long list over several lines.

use super::{Paint, one_line};

/// Rows under a head, columns two spaces apart, no blanks at the ends of lines.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>], paint: Paint) -> String {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let padded: Vec<String> =
            cells.zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        padded.join("  ").trim_end().to_owned()
    };

    let mut lines = vec![paint.bold(&line(&mut head.iter().copied()))];
    lines.extend(rows.iter().map(|row| line(&mut row.iter().map(String::as_str))));
    lines.join("\n")
}

/// `name  value` lines with the values below each other; a value may have several lines.
pub(crate) fn facts(facts: &[(&str, String)]) -> String {
    let width = facts.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut lines = Vec::new();
    for (name, value) in facts {
        let names = [*name].into_iter().chain(std::iter::repeat(""));
        let values = value.split('\n').map(one_line);
        lines.extend(names.zip(values).map(|(name, value)| format!("{name:<width$}  {value}")));
    }
    lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
}

/// `a, b, c`, broken into lines of a readable width; `-` for none.
pub(crate) fn list(parts: &[String]) -> String {
    let mut text = String::new();
    let mut width = 0;
    for part in parts {
        if !text.is_empty() {
            let fits = width + part.chars().count() + 2 <= READABLE;
            text.push_str(if fits { ", " } else { ",\n" });
            width = if fits { width + 2 } else { 0 };
        }
        text.push_str(part);
        width += part.chars().count();
    }
    if text.is_empty() { "-".into() } else { text }
}

const READABLE: usize = 90;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = vec![vec!["r.example".into(), "ecr".into()], vec!["b".into(), String::new()]];

        assert_eq!(table(&["REGISTRY", "KIND"], &rows, Paint::PLAIN), "REGISTRY   KIND\nr.example  ecr\nb");
    }

    #[test]
    fn a_long_list_stays_below_its_name() {
        let names: Vec<String> = (0..30).map(|number| format!("NAME_{number:02}")).collect();

        let text = facts(&[("variables", list(&names)), ("rule", list(&[]))]);

        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 4);
        assert!(lines[0].starts_with("variables  NAME_00, ") && lines[0].ends_with(','));
        assert!(lines[1].starts_with("           NAME_1"));
        assert_eq!(lines[3], "rule       -");
    }

    #[test]
    fn facts_line_up() {
        assert_eq!(facts(&[("kind", "ecr".into()), ("identity", "a".into())]), "kind      ecr\nidentity  a");
    }
}
