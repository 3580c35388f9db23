//! Asks somebody at the terminal to choose.

use std::io::{self, BufRead, IsTerminal, Write};

/// One of the answers to a question.
#[derive(Debug, Clone, Copy)]
pub struct Choice<T> {
    /// What is typed.
    pub key: char,
    /// What it stands for.
    pub name: &'static str,
    /// What it means.
    pub value: T,
}

/// Whether somebody can see a question and answer it.
pub(super) fn possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks until one of the choices is typed. `None` when the input ends.
pub(super) fn ask<T: Copy>(
    question: &str,
    choices: &[Choice<T>],
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Option<T>> {
    let keys: Vec<String> =
        choices.iter().map(|choice| format!("{} = {}", choice.key, choice.name)).collect();
    loop {
        write!(output, "{question} [{}] ", keys.join(", "))?;
        output.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let typed = line.trim().to_lowercase();
        let chosen = choices.iter().find(|choice| typed == choice.key.to_string() || typed == choice.name);
        if let Some(choice) = chosen {
            return Ok(Some(choice.value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, ask};

    #[test]
    fn a_question_is_asked_until_it_is_answered() {
        let choices =
            [Choice { key: 'a', name: "accept", value: 1 }, Choice { key: 'q', name: "quit", value: 2 }];
        let mut said = Vec::new();
        let mut asked = |typed: &str| ask("Well?", &choices, &mut typed.as_bytes(), &mut said).unwrap();
        assert_eq!(asked("a\n"), Some(1));
        assert_eq!(asked("\nwhat\nQUIT\n"), Some(2));
        assert_eq!(asked("x\n"), None, "the input ended");
        let said = String::from_utf8(said).unwrap();
        assert_eq!(said.matches("Well? [a = accept, q = quit] ").count(), 6);
    }
}
