"""What the database itself refuses of a claim: its status, its words and what readers see stand on rows of the record."""

from sources.keeping import Rule

CLAIM_RULES = (
    Rule(
        "starts_unverified",
        "INSERT",
        "NEW.status <> 'unverified' OR NEW.assessment_id IS NOT NULL OR NEW.stage <> 'draft' OR NEW.public "
        "OR NEW.released_id IS NOT NULL",
        "claims_claim: every claim starts as an unverified draft",
    ),
    Rule(
        "stands_on_its_last_assessment",
        "UPDATE",
        "NOT (NEW.status same OLD.status AND NEW.assessment_id same OLD.assessment_id) AND NOT EXISTS ("
        "SELECT 1 FROM claims_assessment a JOIN sources_change c ON c.id = a.since_id WHERE a.id = NEW.assessment_id "
        "AND a.claim_id = NEW.id AND a.previous_id same OLD.assessment_id AND a.wording_id = NEW.wording_id "
        "AND a.status = NEW.status AND c.verb = 'assess' AND c.key = NEW.key "
        "AND (SELECT count(*) FROM claims_citation t WHERE t.assessment_id = a.id) = a.citations_count "
        "AND (a.status <> 'verified' OR EXISTS (SELECT 1 FROM claims_citation t WHERE t.assessment_id = a.id "
        "AND t.stance = 'supports') AND NOT EXISTS (SELECT 1 FROM claims_citation t WHERE t.assessment_id = a.id "
        "AND t.stance = 'contradicts')) "
        "AND (a.status <> 'disputed' OR EXISTS (SELECT 1 FROM claims_citation t WHERE t.assessment_id = a.id "
        "AND t.stance = 'contradicts')))",
        "claims_claim: the status of a claim is that of its last assessment",
    ),
    Rule(
        "wording_follows",
        "UPDATE",
        "NOT (NEW.wording_id same OLD.wording_id) AND NOT EXISTS (SELECT 1 FROM claims_wording w WHERE w.id = NEW.wording_id "
        "AND w.claim_id = NEW.id AND w.number = 1 + (SELECT count(*) FROM claims_wording v WHERE v.claim_id = NEW.id "
        "AND v.id <> w.id))",
        "claims_claim: a claim takes its newest wording",
    ),
    Rule(
        "public_stands_on_a_standing",
        "UPDATE",
        "(NEW.public OR OLD.public) AND NOT (NEW.public same OLD.public AND NEW.stage same OLD.stage "
        "AND NEW.status same OLD.status AND NEW.wording_id same OLD.wording_id AND NEW.assessment_id same OLD.assessment_id) "
        "AND NOT EXISTS (SELECT 1 FROM claims_standing s WHERE s.claim_id = NEW.id AND s.public = NEW.public "
        "AND s.stage = NEW.stage AND s.status = NEW.status AND s.wording_id same NEW.wording_id "
        "AND s.assessment_id same NEW.assessment_id AND NOT EXISTS (SELECT 1 FROM claims_standing l "
        "WHERE l.claim_id = NEW.id AND l.number > s.number))",
        "claims_claim: what readers see changes by a recorded change",
    ),
    Rule(
        "release_is_recorded",
        "UPDATE",
        "NEW.released_id IS NOT NULL AND NOT (NEW.released_id same OLD.released_id) AND NOT EXISTS (SELECT 1 "
        "FROM sources_change c WHERE c.id = NEW.released_id AND c.verb = 'release' AND c.key = NEW.key)",
        "claims_claim: a sensitive claim is released by two editors",
    ),
    Rule(
        "words_change_for_a_reason",
        "UPDATE",
        "OLD.changed IS NOT NULL AND OLD.wording_id IS NOT NULL AND NOT (NEW.wording_id same OLD.wording_id) AND NOT EXISTS ("
        "SELECT 1 FROM claims_wording w WHERE w.id = NEW.wording_id AND w.code <> '' AND (w.code <> 'our_error' "
        "OR EXISTS (SELECT 1 FROM claims_correction t WHERE t.since_id = w.since_id)))",
        "claims_claim: words that readers see change by a correction or an update",
    ),
    Rule(
        "our_error_is_corrected",
        "UPDATE",
        "OLD.changed IS NOT NULL AND OLD.assessment_id IS NOT NULL AND NOT (NEW.assessment_id same OLD.assessment_id) AND EXISTS ("
        "SELECT 1 FROM claims_assessment a WHERE a.id = NEW.assessment_id AND a.code = 'our_error' "
        "AND NOT EXISTS (SELECT 1 FROM claims_correction t WHERE t.since_id = a.since_id))",
        "claims_claim: an error of ours is corrected in the open",
    ),
    Rule(
        "is_held",
        "UPDATE",
        "(NEW.public OR NEW.stage = 'withdrawn' AND OLD.stage <> 'withdrawn') AND EXISTS (SELECT 1 FROM claims_hold h "
        "WHERE h.claim_id = NEW.id AND h.until_id IS NULL)",
        "claims_claim: a claim that is held is neither shown nor withdrawn",
    ),
    Rule(
        "misconduct_was_asked_about",
        "UPDATE",
        "NEW.public AND NOT OLD.public AND NEW.misconduct AND NOT EXISTS (SELECT 1 FROM claims_replyclaim r "
        "WHERE r.claim_id = NEW.id) AND NOT EXISTS (SELECT 1 FROM sources_change c WHERE c.kind = 'claim' "
        "AND c.key = NEW.key AND c.verb = 'publish' AND c.note <> '')",
        "claims_claim: whom a claim of misconduct is about was asked, or it is said why not",
    ),
    Rule(
        "merger_is_recorded",
        "UPDATE",
        "NOT (NEW.merged_into_id same OLD.merged_into_id) AND NOT EXISTS (SELECT 1 FROM claims_relation r "
        "WHERE r.claim_id = NEW.merged_into_id AND r.other_id = NEW.id AND r.kind = 'absorbs' AND r.until_id IS NULL)",
        "claims_claim: a claim is merged by a recorded change",
    ),
)
