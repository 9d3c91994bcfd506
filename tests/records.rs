//! The two seeds give every fact that they state, and no other; how they were read is in the snapshots.

mod support;

use signataire::record::Record;
use support::{difference, extractor, folded, seed, view};

fn read(name: &str) -> Record {
    extractor().extract(&seed(name))
}

/// The facts that begin with `what`, exactly and in this order; ` | ` parts the words that each must hold.
fn check(record: &Record, what: &str, expected: &[&str]) {
    let found: Vec<String> = view::facts(record)
        .iter()
        .filter_map(|line| line.strip_prefix(&format!("{what} ")))
        .map(|line| line.trim_start_matches("| ").to_owned())
        .collect();
    let wanted: Vec<String> = expected.iter().map(|line| folded(line)).collect();
    assert!(found == wanted, "{what} of {}\n{}", record.id, difference(&wanted, &found));
}

#[test]
fn facts_of_seed_000() {
    let record = read("000");
    check(&record, "languages", &["fr"]);
    check(
        &record,
        "title",
        &[
            "Le groupe Oncologie et Diagnostic du Maroc et l’université Mohamed VI des sciences de la santé signent une convention de partenariat scientifique.",
        ],
    );
    check(&record, "published", &[]);
    check(
        &record,
        "organization",
        &[
            "groupe Oncologie et Diagnostic du Maroc | acronym ODM | company | founded 2014-09 \
             | « groupe Oncologie et Diagnostic du Maroc », « Groupe ODM », « Oncologie et Diagnostic du Maroc », « groupe ODM », « ODM »",
            "université Mohamed VI des sciences de la santé | acronym UM6SS | university | founded 2014 | « université Mohamed VI des sciences de la santé », « UM6SS »",
            "Ministère de l’Enseignement Supérieur, de la Recherche Scientifique et de la Formation des Cadres | ministry \
             | « Ministère de l’Enseignement Supérieur, de la Recherche Scientifique et de la Formation des Cadres »",
            "Ministère de la Santé | ministry | « Ministère de la Santé »",
            "Centre Léon Bérard | acronym CLB | other | « Centre Léon Bérard », « CLB »",
        ],
    );
    check(
        &record,
        "person",
        &[
            "Chakib NEJJARI | family NEJJARI | M. Pr. | « Chakib NEJJARI », « Nejjari »",
            "Mohamed EL MANDJRA | family EL MANDJRA | M. monsieur | « Mohamed EL MANDJRA »",
        ],
    );
    check(
        &record,
        "role",
        &[
            "Chakib NEJJARI | président | president | université Mohamed VI des sciences de la santé | current | « président »",
            "Mohamed EL MANDJRA | PDG | ceo | groupe Oncologie et Diagnostic du Maroc | current | « PDG », « Président Directeur Général »",
        ],
    );
    check(&record, "place", &["Maroc | « Maroc »", "Lyon | « Lyon »"]);
    check(&record, "date", &["2014 | « 2014 »", "2014-09 | « Septembre 2014 »"]);
    check(
        &record,
        "agreement",
        &[
            "convention de partenariat scientifique | agreement | signed | groupe Oncologie et Diagnostic du Maroc + université Mohamed VI des sciences de la santé",
            "partenariat | partnership | existing | université Mohamed VI des sciences de la santé \
             + Ministère de l’Enseignement Supérieur, de la Recherche Scientifique et de la Formation des Cadres + Ministère de la Santé + « les autres établissements de l’Etat »",
            "partenariat exclusif | partnership | existing | groupe Oncologie et Diagnostic du Maroc + Centre Léon Bérard",
        ],
    );
    check(&record, "objective", &["collaborer dans le domaine de la cancérologie au Maroc"]);
    check(&record, "axis", &["formation continue", "recherche et développement", "autres projets d’intérêt commun"]);
    check(
        &record,
        "commitment",
        &[
            "ouvre les portes de ses centres aux étudiants de l’Université dans le cadre de programmes d’immersion structurés",
            "accès à différents spécialistes exerçant au sein du groupe",
            "bénéficier de différentes formations et séminaires",
        ],
    );
    let with_axes: Vec<usize> = record.partnerships.iter().map(|p| p.axes.len()).collect();
    assert_eq!(with_axes, [7, 0, 0], "all axes belong to the first agreement");
}

#[test]
fn quote_of_seed_000() {
    check(
        &read("000"),
        "quote",
        &[
            "Mohamed EL MANDJRA | ODM remercie le Pr. Nejjari et les responsables de l’UM6SS pour ce partenariat unique. Nous sommes tous enthousiastes quant aux \
           perspectives qu’il ouvre aussi bien aux étudiants de l’UM6SS qu’aux équipes du groupe. Au bout du compte, c’est le patient, qui bénéficiera réellement d’une telle collaboration",
        ],
    );
}

#[test]
fn facts_of_seed_002() {
    let record = read("002");
    check(&record, "languages", &["fr"]);
    check(&record, "title", &[]);
    check(&record, "published", &[]);
    check(
        &record,
        "organization",
        &[
            "Fondation Mohammed VI des Sciences et de la Santé | acronym FM6SS | foundation | « Fondation Mohammed VI des Sciences et de la Santé », « FM6SS »",
            "GlaxoSmithKline Maroc SA | company | form SA | « GlaxoSmithKline Maroc SA », « GSK Maroc », « GlaxoSmithKline »",
        ],
    );
    check(&record, "person", &[]);
    check(&record, "role", &[]);
    check(&record, "place", &["Rabat | « Rabat »", "Maroc | « Maroc »"]);
    check(&record, "date", &["2026-01-20 | « mardi 20 janvier 2026 »"]);
    check(
        &record,
        "agreement",
        &[
            "convention de partenariat stratégique | agreement | signed | Fondation Mohammed VI des Sciences et de la Santé + GlaxoSmithKline Maroc SA | on 2026-01-20 | at Rabat",
        ],
    );
    check(
        &record,
        "objective",
        &["développement de la recherche biomédicale", "innovation thérapeutique", "amélioration continue des pratiques médicales au Maroc"],
    );
    check(
        &record,
        "axis",
        &[
            "développer et de déployer des programmes de formation continue à destination des professionnels de la santé",
            "renforcer les capacités à travers des actions de formation médicale continue",
            "organiser des campagnes de sensibilisation aux maladies au sein des établissements hospitaliers",
            "génération, l’analyse et la valorisation de données scientifiques",
        ],
    );
    check(&record, "commitment", &[]);
    check(&record, "quote", &[]);
}

/// Names that mean one body are gathered: by its country, spelled out, in another order, with its head noun, by its town.
#[test]
fn names_of_one_body_are_one() {
    let cases: [(&str, &[&str]); 5] = [
        ("Le gouvernement du Niger a signé l'accord. Le gouvernement nigérien finance.", &["gouvernement du Niger"]),
        ("Le CHU de Zorbec recrute. Le Centre hospitalier universitaire de Zorbec aussi.", &["Centre hospitalier universitaire de Zorbec"]),
        ("L'Université Ibn Zohra de Dalmar recrute. L'Université de Dalmar Ibn Zohra aussi.", &["Université Ibn Zohra de Dalmar"]),
        ("Zorbec Holding a signé un accord. Zorbec a annoncé un plan. Zorbec Maroc a suivi.", &["Zorbec Holding", "Zorbec Maroc"]),
        ("La Ville de Rabat et l'université Dalmar ont signé une convention. Rabat finance.", &["Ville de Rabat", "université Dalmar"]),
    ];
    for (text, names) in cases {
        let record = extractor().extract(&support::document("one", text));
        let found: Vec<&str> = record.organizations.iter().map(|o| o.name.as_str()).collect();
        assert_eq!(found, names, "{text}");
    }
}

#[test]
fn records() {
    for name in ["000", "002"] {
        insta::assert_snapshot!(format!("record-{name}"), view::page(&read(name)));
    }
}

#[test]
fn stages() {
    for name in ["000", "002"] {
        let document = seed(name);
        let (_, trace) = extractor().explain(&document);
        insta::assert_snapshot!(format!("stages-{name}"), view::stages(&document, &trace));
    }
}
