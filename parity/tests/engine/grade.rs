//! Faults in the scripts, made by the grader: one that everybody knows is noticed, and one that changes nothing is not.

use std::fs;
use std::path::Path;
use std::time::Duration;

use fairway_parity::grade::{Grade, GradeRequest, Verdict, grade, grade_report};
use fairway_parity::{Library, RunRequest};

use crate::copy;

/// How many of twenty faults are caught at least, where four scenarios are tried on each. Fifteen are; a fault of the
/// comparison, such as a channel that nobody looks at any more, takes more than two of them.
const MOST_OF_TWENTY: usize = 13;

/// Grades a few scenarios of one behaviour with these operators, or with those that ship.
fn graded(project: &Path, operators: Option<&str>, mutants: usize) -> Grade {
    play(&request(project, operators, mutants))
}

fn play(request: &GradeRequest) -> Grade {
    grade(request, &Library::load(None).unwrap(), &()).unwrap_or_else(|error| panic!("{error}"))
}

fn request(project: &Path, operators: Option<&str>, mutants: usize) -> GradeRequest {
    let data = project.join(".fairway/parity");
    fs::create_dir_all(&data).unwrap();
    if let Some(operators) = operators {
        let text = format!("schema = \"fairway-mutators/1\"\n{operators}");
        fs::write(data.join("mutators.toml"), text).unwrap();
    }
    let run = RunRequest {
        run_id: "test".into(),
        reference_dir: copy::standard(),
        reference: "gpuaas".into(),
        candidate: "fairway".into(),
        program: None,
        config: None,
        keeper: Some(env!("CARGO_BIN_EXE_fairway-keeper").into()),
        behaviours: vec!["ready-order".into()],
        scenario: Some("ready-order/{ti,thr,un}*".into()),
        seed: 1,
        once: true,
        jobs: 2,
        out: project.join("out"),
        keep: false,
        timeout: Duration::from_mins(1),
        replay: false,
    };
    GradeRequest {
        run,
        mutants,
        seed: 1,
        most: usize::MAX,
        list: false,
        out: project.join("out"),
        project: Some(project.into()),
    }
}

#[test]
fn a_flipped_sort_is_caught_and_a_change_of_nothing_survives() {
    let folder = tempfile::tempdir().unwrap();
    let operators = r#"
[[operators]]
name = "flip"
summary = "sorts the other way round"
ruby = [{ match = 'ORDER BY t.priority IS NULL, t.priority,', with = 'ORDER BY t.priority IS NULL, t.priority DESC,' }]
[[operators]]
name = "nothing"
summary = "changes nothing"
ruby = [{ match = '    open_db$', with = '    open_db ', unless = 'def ' }]
"#;
    let found = graded(folder.path(), Some(operators), 100);
    let report = grade_report(&found);
    assert!(found.useless.is_empty(), "{report}");
    assert!(found.lines > 100 && found.scenarios >= 3, "the coverage pass saw nothing\n{report}");
    let of = |operator: &str| -> Vec<_> {
        found.tried.iter().filter(|tried| tried.mutant.operator == operator).collect()
    };
    let [flip] = of("flip")[..] else { panic!("the sort is in one line\n{report}") };
    let Verdict::Caught(caught) = &flip.verdict else { panic!("the flipped sort survived\n{report}") };
    assert!(caught.what.contains("answer · /tasks/0"), "{caught:?}");
    // Of all the verbs that open the database, the scenarios run `ready` alone.
    let [nothing] = of("nothing")[..] else { panic!("a line that no scenario runs is no place\n{report}") };
    assert_eq!(nothing.verdict, Verdict::Survived, "{report}");
    assert_eq!(nothing.scenarios.len(), nothing.runs);
    assert_eq!((found.total.caught, found.total.survived, found.exit_code()), (1, 1, 5), "{report}");
    assert!(found.original_untouched);

    // What is known is not played again, and a judgement takes the survivor out of the count.
    let judgement = format!(
        "schema = \"fairway-equivalent/1\"\n[[equivalent]]\nfile = \"{}\"\nline = \"{}\"\noperator = \"nothing\"\n\
         after = \"open_db\"\nreason = \"a blank\"\n",
        nothing.mutant.file, nothing.line_digest
    );
    fs::write(folder.path().join(".fairway/parity/equivalent.toml"), judgement).unwrap();
    let again = graded(folder.path(), None, 100);
    assert_eq!(again.known, again.scenarios, "{}", grade_report(&again));
    assert_eq!((again.total.caught, again.total.survived, again.total.equivalent), (1, 0, 1));
    assert_eq!(again.exit_code(), 0);
}

/// The bounded part of `make grade`: twenty faults of the operators that ship, in the lines of the transitions.
#[test]
fn of_twenty_faults_most_are_caught_by_a_few_scenarios() {
    let folder = tempfile::tempdir().unwrap();
    let mut request = request(folder.path(), None, 20);
    request.run.behaviours = vec!["transitions".into()];
    request.run.scenario = None;
    request.most = 4;
    let found = play(&request);
    let report = grade_report(&found);
    assert_eq!((found.mutants, found.tried.len()), (20, 20), "{report}");
    assert!(found.useless.is_empty(), "{report}");
    assert!(found.total.caught >= MOST_OF_TWENTY, "{report}");
    assert!(found.original_untouched);
}
