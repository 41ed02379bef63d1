"""How the rig reads what the daemon says."""

from tests.support.daemon import parse_address, parse_event, parse_metrics


def test_event():
    event = parse_event(r'2026-11-20T12:00:00.123Z level=info event=source.listening message="Lines \"are\" taken" '
                        "source=app address=[::1]:45123 transport=tcp")
    assert event.name == "source.listening"
    assert event.fields["message"] == 'Lines "are" taken'
    assert parse_address(event.fields["address"]) == ("::1", 45123)
    assert parse_event("terminate called").name == ""
    assert parse_event('cut="here').name == ""


def test_metrics():
    metrics = parse_metrics("# HELP a b\n# TYPE a counter\n"
                            'a_total{sink="x",reason="{a, \\"b\\"}"} 3\na_total 4\nb 1.5e3\n')
    assert [(sample.labels, sample.value) for sample in metrics["a_total"]] == [
        ({"sink": "x", "reason": '{a, \\"b\\"}'}, 3.0), ({}, 4.0)]
    assert metrics["b"][0].value == 1500
