//! The catalogue of workflow regression packs.

use insta::assert_snapshot;

use crate::support::Project;

const PACK: &str = "packs:
  - id: sign-in
    title: Sign-in and revocation
    owner: api
    target_environments: [local, staging]
    blocking: {local: no, staging: yes}
    required_seed_data: [one account]
    lowest_reliable_layer: integration
    required_proof: [a second device keeps its session]
    artifact_requirements: []
    current_automation: none
    gaps: []
    ticket: {system: jira, key: A-1}
";

fn project() -> Project {
    let project = Project::initialised();
    project.write("packs.yaml", PACK);
    project
}

#[test]
fn packs_are_listed_shown_and_checked() {
    let project = project();
    let at = ["--catalog", "packs.yaml"];
    assert_snapshot!("list", project.run(&[&["regression-pack", "list"][..], &at].concat()));
    assert_snapshot!("list_json", project.run(&[&["regression-pack", "list", "--json"][..], &at].concat()));
    assert_snapshot!("show", project.run(&[&["regression-pack", "show", "sign-in"][..], &at].concat()));
    assert_snapshot!(
        "show_json",
        project.run(&[&["regression-pack", "show", "sign-in", "--json"][..], &at].concat())
    );
    assert_snapshot!("show_unknown", project.run(&[&["regression-pack", "show", "sign"][..], &at].concat()));
    assert_snapshot!("validate", project.run(&["regression-pack", "validate", "packs.yaml"]));
    assert_snapshot!("validate_json", project.run(&["regression-pack", "validate", "packs.yaml", "--json"]));
    assert_snapshot!("validate_help", project.run(&["regression-pack", "validate", "--help"]));
}

#[test]
fn every_problem_is_shown_with_its_line() {
    let project = project();
    let broken = PACK
        .replace("owner: api", "owner: apy")
        .replace("staging: yes}", "stagin: maybe}")
        .replace("    gaps: []\n", "    title: Twice\n");
    project.write("packs.yaml", &broken);
    assert_snapshot!("problems", project.run(&["regression-pack", "validate", "packs.yaml"]));
    assert_snapshot!("problems_json", project.run(&["regression-pack", "validate", "packs.yaml", "--json"]));
}

#[test]
fn what_is_no_catalogue_says_why() {
    let project = project();
    assert_snapshot!("none_configured", project.run(&["regression-pack", "list"]));
    assert_snapshot!("missing", project.run(&["regression-pack", "list", "--catalog", "gone.yaml"]));
    assert_snapshot!("folder", project.run(&["regression-pack", "validate", "."]));
    project.write("packs.yaml", "packs:\n  - id: [a\n");
    assert_snapshot!("syntax", project.run(&["regression-pack", "show", "a", "--catalog", "packs.yaml"]));
    project.write("packs.yaml", "packs: none\n");
    assert_snapshot!(
        "no_list",
        project.run(&["regression-pack", "list", "--catalog", "packs.yaml", "--json"])
    );
}

#[test]
fn the_catalogue_is_configured_and_the_example_is_sound() {
    let project = Project::repository();
    project.ok(&["init", "--preset", "gpuaas"]);
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let example = std::fs::read_to_string(examples.join("gpuaas-regression-packs.yaml")).unwrap();
    project.write("doc/governance/Workflow_Regression_Packs.yaml", &example);
    assert_snapshot!("example", project.run(&["regression-pack", "list"]));
    assert_eq!(project.json(&["regression-pack", "validate"])["packs"], 8);
}
