//! What is told of agreements across sentences: how many there are, whose, when and where, and what they follow.

mod support;

use signataire::record::Partnership;
use support::{difference, extractor};

/// The agreements of a text, in order: kind, status, parties, and what else is told of each.
fn check(text: &str, expected: &[&str]) {
    let record = extractor().extract(&support::document("one", text));
    let name = |id: &String| record.organizations.iter().find(|it| it.id == *id).map_or("?", |it| it.name.as_str());
    let kind = |id: &String| record.partnerships.iter().find(|it| it.id == *id).and_then(|it| it.kind.clone()).unwrap_or_default();
    let line = |it: &Partnership| {
        let parties: Vec<&str> = it.parties.iter().map(name).collect();
        let mut line = format!("{} | {} | {}", it.kind.as_deref().unwrap_or("-"), format!("{:?}", it.status).to_lowercase(), parties.join(" + "));
        let mut add = |what: &str, value: Option<String>| line.extend(value.map(|value| format!(" | {what} {value}")));
        add("on", it.signed_on.as_ref().and_then(|id| record.dates.iter().find(|date| date.id == *id)?.value.clone()));
        add("at", it.signed_at.as_ref().and_then(|id| Some(record.places.iter().find(|place| place.id == *id)?.name.clone())));
        add("renews", it.renews.as_ref().map(kind));
        add("amends", it.amends.as_ref().map(kind));
        it.axes.iter().for_each(|axis| add("to", Some(axis.text.clone())));
        line
    };
    let found: Vec<String> = record.partnerships.iter().map(line).collect();
    let wanted: Vec<String> = expected.iter().map(|line| (*line).to_owned()).collect();
    assert!(found == wanted, "{text}\n{}", difference(&wanted, &found));
}

const BOTH: &str = "Fondation Belkacem + université de Karsa";

#[test]
fn parts_told_elsewhere() {
    check(
        "La Fondation Belkacem et l'université de Karsa ont signé une convention. La rectrice et le directeur ont paraphé le document le 3 mars 2025 à Rabat.",
        &[&format!("convention | signed | {BOTH} | on 2025-03-03 | at Rabat")],
    );
    check(
        "Karim Zerrouf, directeur de la Fondation Belkacem, et Salma Idrissi, présidente de l'université de Karsa, ont signé une convention.",
        &[&format!("convention | signed | {BOTH}")],
    );
    check(
        "Le maire de Zorbec, Karim Zerrouf, et la maire de Lyon, Salma Idrissi, ont signé le 3 mars 2025 un accord de jumelage.",
        &["accord de jumelage | signed | Zorbec + Lyon | on 2025-03-03"],
    );
    check(
        "La Fondation Belkacem investit. Elle a signé le 3 mars 2025 une convention avec l'université de Karsa.",
        &[&format!("convention | signed | {BOTH} | on 2025-03-03")],
    );
    check(
        "La Région Occitanie investit. Salma Idrissi, présidente de la Région Occitanie, et Karim Zerrouf, directeur de la Fondation Belkacem, ont signé une charte de partenariat.",
        &["charte de partenariat | signed | Région Occitanie + Fondation Belkacem"],
    );
}

#[test]
fn several_told_together() {
    check(
        "La Fondation Belkacem a signé le 3 mars 2025 à Rabat deux conventions avec l'université de Karsa et l'Institut Dalmar.",
        &[
            &format!("conventions | signed | {BOTH} | on 2025-03-03 | at Rabat"),
            "conventions | signed | Fondation Belkacem + Institut Dalmar | on 2025-03-03 | at Rabat",
        ],
    );
    check(
        "La Fondation Belkacem et l'université de Karsa ont signé deux conventions à Rabat. La première porte sur la formation des marins. La seconde porte sur la protection des côtes.",
        &[
            &format!("conventions | signed | {BOTH} | at Rabat | to formation des marins"),
            &format!("conventions | signed | {BOTH} | at Rabat | to protection des côtes"),
        ],
    );
    check(
        "Deux accords ont été signés à Rabat :\n\n- une convention entre la Fondation Belkacem et l'université de Karsa ;\n- un protocole entre l'Institut Dalmar et la Banque Talvo.",
        &[&format!("convention | signed | {BOTH} | at Rabat"), "protocole | signed | Institut Dalmar + Banque Talvo | at Rabat"],
    );
}

#[test]
fn an_axis_goes_to_what_its_subject_names() {
    check(
        "La Fondation Belkacem et l'université de Karsa ont signé une convention. L'Institut Dalmar et la Banque Talvo ont signé un protocole. La convention vise à former les marins.",
        &[&format!("convention | signed | {BOTH} | to former les marins"), "protocole | signed | Institut Dalmar + Banque Talvo"],
    );
}

#[test]
fn what_they_follow() {
    check(
        "La Fondation Belkacem et l'université de Karsa ont signé à Rabat un avenant à la convention de 2019.",
        &[&format!("avenant à la convention | signed | {BOTH} | at Rabat | amends convention"), &format!("convention | existing | {BOTH}")],
    );
    check(
        "La Fondation Belkacem et l'université de Karsa ont renouvelé leur partenariat. L'accord précédent, signé à Fès en 2016 avec la province, a expiré.",
        &[&format!("partenariat | signed | {BOTH} | renews partenariat"), &format!("partenariat | existing | {BOTH}")],
    );
    check("La Fondation Belkacem et l'université de Karsa signeront une convention en mai.", &[&format!("convention | planned | {BOTH}")]);
}

#[test]
fn none() {
    for text in [
        "La Fondation Belkacem et l'université de Karsa n'ont pas signé de convention.",
        "Un accord entre la Fondation Belkacem et l'université de Karsa aurait été signé.",
        "La Fondation Belkacem remercie ses partenaires, dont l'université de Karsa.",
        "La Fondation Belkacem a conclu un accord d'acquisition avec la Banque Talvo.",
    ] {
        check(text, &[]);
    }
}
