//! A Markdown page's commands, and what the page says that they print.

/// The commands of a page, in order. There is at least one.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) steps: Vec<Step>,
}

/// One fence of commands.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The line of the page on which the commands begin, from 1.
    pub(crate) line: usize,
    /// The commands.
    pub(crate) script: String,
    /// How they end.
    pub(crate) exit: i32,
    /// Lines that they print, in this order.
    pub(crate) expected: Vec<String>,
}

impl Page {
    /// Reads the fences of a page.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut steps: Vec<Step> = Vec::new();
        let mut lines = (1..).zip(text.lines());
        while let Some((number, line)) = lines.next() {
            let Some(info) = line.strip_prefix("```") else { continue };
            let mut body = Vec::new();
            loop {
                match lines.next() {
                    Some((_, "```")) => break,
                    Some((_, line)) => body.push(line),
                    None => return Err(format!("line {number}: the fence is not closed")),
                }
            }
            match info.split_whitespace().next() {
                Some("sh") => steps.push(Step {
                    line: number + 1,
                    script: body.join("\n"),
                    exit: exit(info).map_err(|problem| format!("line {number}: {problem}"))?,
                    expected: Vec::new(),
                }),
                Some("text") => {
                    let step = steps.last_mut().ok_or(format!("line {number}: printed by no command"))?;
                    step.expected.extend(body.into_iter().map(str::to_owned));
                }
                _ => {}
            }
        }
        if steps.is_empty() { Err("there is no command on this page".to_owned()) } else { Ok(Self { steps }) }
    }
}

/// The exit code that a fence of commands names, else 0.
fn exit(info: &str) -> Result<i32, String> {
    match info.split_whitespace().nth(1) {
        None => Ok(0),
        Some(attribute) => attribute
            .strip_prefix("exit=")
            .and_then(|code| code.parse().ok())
            .ok_or(format!("`{attribute}` is no attribute; expected `exit=N`")),
    }
}

#[cfg(test)]
mod tests {
    use super::Page;

    #[test]
    fn takes_commands_with_their_exit_and_output() {
        let page = Page::parse(
            "# A page\n```sh exit=5\nfirst\nsecond\n```\nprints\n```text\none\n```\n```console\n$ no\n```\n",
        );
        let steps = page.unwrap().steps;
        assert_eq!(steps.len(), 1);
        assert_eq!((steps[0].line, steps[0].exit), (3, 5));
        assert_eq!(steps[0].script, "first\nsecond");
        assert_eq!(steps[0].expected, ["one"]);
    }

    #[test]
    fn refuses_a_page_that_would_prove_nothing() {
        for (page, why) in [
            ("just prose", "no command"),
            ("```sh\ntrue\n", "not closed"),
            ("```text\nx\n```\n", "printed by no command"),
            ("```sh ignore\ntrue\n```\n", "no attribute"),
        ] {
            let problem = Page::parse(page).unwrap_err();
            assert!(problem.contains(why), "{page:?}: {problem}");
        }
    }
}
