//! The results, as rows that a page of documentation can take over.

/// What was found, in the order it was found in.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    what: String,
    figure: String,
    goal: String,
    verdict: &'static str,
    beside: String,
}

impl Table {
    /// A figure that should be at most its goal; `beside` holds the absolute numbers.
    pub(super) fn at_most(&mut self, what: &str, figure: f64, goal: f64, unit: &str, beside: String) {
        self.compare(what, figure, ("≤", goal), figure <= goal, unit, beside);
    }

    /// A figure that should be at least its goal.
    pub(super) fn at_least(&mut self, what: &str, figure: f64, goal: f64, unit: &str, beside: String) {
        self.compare(what, figure, ("≥", goal), figure >= goal, unit, beside);
    }

    /// A figure without a goal.
    pub(super) fn tell(&mut self, what: &str, figure: f64, unit: &str, beside: String) {
        let figure = format!("{} {unit}", short(figure));
        eprintln!("  {what}: {figure}");
        self.rows.push(Row { what: what.into(), figure, goal: "-".into(), verdict: "", beside });
    }

    fn compare(
        &mut self,
        what: &str,
        figure: f64,
        (sign, goal): (&str, f64),
        is_met: bool,
        unit: &str,
        beside: String,
    ) {
        let verdict = if is_met { "met" } else { "missed" };
        let row = Row {
            what: what.into(),
            figure: format!("{} {unit}", short(figure)),
            goal: format!("{sign} {} {unit}", short(goal)),
            verdict,
            beside,
        };
        eprintln!("  {what}: {} ({}, {verdict})", row.figure, row.goal);
        self.rows.push(row);
    }

    /// As a table in Markdown.
    pub(super) fn print(&self) {
        println!("| what | measured | goal | | beside it |\n|---|---|---|---|---|");
        for Row { what, figure, goal, verdict, beside } in &self.rows {
            println!("| {what} | {figure} | {goal} | {verdict} | {beside} |");
        }
    }
}

/// Three digits that matter, and no more than two behind the point.
fn short(figure: f64) -> String {
    match figure.abs() {
        large if large >= 100.0 => format!("{figure:.0}"),
        middling if middling >= 10.0 => format!("{figure:.1}"),
        _ => format!("{figure:.2}"),
    }
}
