use super::*;

fn problems(text: &str) -> Vec<String> {
    let catalog = parse("packs.yaml", text.as_bytes(), &["api".to_owned()]).unwrap();
    let line = |problem: &Diagnostic| {
        let place = problem.place.as_ref().unwrap();
        let subject = problem.subject.as_deref().unwrap_or_default();
        format!("{}:{} {subject}: {}", place.line, place.column, problem.message)
    };
    catalog.problems.iter().map(line).collect()
}

const SOUND: &str = "packs:
  - id: auth
    title: Sign in
    owner: api
    target_environments: [local, no]
    blocking: {local: no, no: yes}
    required_seed_data: []
    lowest_reliable_layer: unit
    required_proof: []
    artifact_requirements: []
    current_automation: none
    gaps: []
    ours: kept
";

#[test]
fn a_sound_pack_keeps_all_its_keys_and_yes_is_a_boolean() {
    assert_eq!(problems(SOUND), Vec::<String>::new());
    let catalog = parse("packs.yaml", SOUND.as_bytes(), &["api".to_owned()]).unwrap();
    let fields = catalog.pack("auth").unwrap().fields();
    assert_eq!(fields["ours"], "kept");
    assert_eq!(fields["blocking"], serde_json::json!({ "local": false, "false": true }));
    assert!(catalog.pack("AUTH").is_none());
}

#[test]
fn every_problem_has_its_place() {
    let text = SOUND
        .replace("owner: api", "owner: ops")
        .replace("required_proof: []", "required_proof: much")
        .replace("{local: no, no: yes}", "{local: maybe, moon: yes}")
        .replace("    gaps: []\n", "");
    assert_eq!(
        problems(&text),
        [
            "2:5 auth: missing gaps",
            "4:12 auth: unknown owner \"ops\"",
            "9:21 auth: required_proof must be a list",
            "6:23 auth: blocking.local must be a boolean",
            "6:30 auth: blocking.moon is not a target environment",
        ]
    );
}

#[test]
fn what_is_no_catalogue_says_where() {
    for (text, line, column) in [("- a\n", 1, 1), ("packs: none\n", 1, 8), ("packs:\n  - {a: ]\n", 2, 9)] {
        let problem = parse("packs.yaml", text.as_bytes(), &[]).unwrap_err();
        let place = problem.place.unwrap();
        assert_eq!((place.line, place.column), (line, column), "{text}");
    }
}
