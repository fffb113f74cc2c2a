"""Who lives in the sample organisation: every name, company and number here is invented."""

import unicodedata
from dataclasses import dataclass

OWN = "norrsken.example"
LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ß": "ss", "ł": "l", "Ł": "L", "æ": "ae", "ð": "d", "Þ": "Th", "ı": "i"})


@dataclass(frozen=True)
class Someone:
    """A colleague or contact; `mark` is `lead` for leads, `until` the first day a colleague was gone."""

    name: str
    title: str
    department: str = ""
    domain: str = OWN
    company: str = "Norrsken AB"
    mark: str = ""
    since: str = ""
    until: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def address(self) -> str:
        """The mail address: first and last name without accents."""
        plain = unicodedata.normalize("NFKD", self.name.translate(LETTERS)).encode("ascii", "ignore").decode()
        words = plain.lower().split()
        return f"{words[0]}.{'-'.join(words[1:])}@{self.domain}"


COLLEAGUES = (
    Someone("Ingrid Vallmark", "Managing director", "Management", since="2019-02-01"),
    Someone("Henrik Sandell", "Chief technology officer", "Management", since="2019-02-01"),
    Someone("Annelie Frostå", "Chief financial officer", "Management", since="2021-09-01"),
    Someone("Maja Öhrn", "Key account manager", "Sales", since="2020-08-17"),
    Someone("Sara Nyqvist", "Account executive", "Sales", since="2025-02-03"),
    Someone("Erik Talling", "Key account manager", "Sales", since="2019-05-06"),
    Someone("Beatriz Oliveira", "Account executive", "Sales", since="2022-01-10"),
    Someone("Lukas Weidenhof", "Account manager DACH", "Sales", since="2021-03-01"),
    Someone("Bengt Ahlmo", "Account manager", "Sales", since="2019-02-01", until="2026-04-30"),
    Someone("Nora Kivelä", "Sales development", "Sales", since="2024-08-12"),
    Someone("Oskar Brandt", "Marketing manager", "Marketing", since="2022-05-02"),
    Someone("Yuki Haramoto", "Content producer", "Marketing", since="2024-01-08"),
    Someone("Jonas Ekvall", "Solution architect", "Delivery", since="2020-01-07", aliases=("jonas@norrsken.example",)),
    Someone("Ravi Menonkar", "Project lead, Lyon", "Delivery", since="2023-04-03"),
    Someone("Siobhán Kearley", "Consultant", "Delivery", since="2022-10-03"),
    Someone("Tove Aspelin", "Consultant", "Delivery", since="2020-11-02"),
    Someone("Matteo Grandelli", "Consultant", "Delivery", since="2023-09-04"),
    Someone("Łukasz Borowik", "Integration engineer", "Delivery", since="2021-06-07"),
    Someone("Priya Ramanathi", "Customer success manager", "Customer success", since="2021-11-15"),
    Someone("Frida Lindmo", "Customer success manager", "Customer success", since="2023-02-06"),
    Someone("Amina Desta", "Support lead", "Customer success", since="2022-03-14"),
    Someone("Gustav Rönnholt", "Product manager", "Product", since="2020-04-20"),
    Someone("Elif Karadal", "Designer", "Product", since="2024-03-04"),
    Someone("Wilma Stenås", "Recruiter", "People", since="2023-01-09"),
    Someone("Þóra Halldal", "Controller", "Finance", since="2022-08-01", aliases=("thora@norrsken.example",)),
)

# company, domain, owner (account manager), other colleagues who work with it, people ("*" marks a lead)
ACCOUNTS = (
    (
        "Isbrya Energi",
        "isbrya.example",
        "Maja Öhrn",
        ("Jonas Ekvall",),
        "*Lova Lindqvist, Head of procurement; Hampus Järvelä, Grid planner; Stina Forsby, IT manager;"
        " *Rasmus Dahlmo, Chief operating officer; Elin Wåhlander, Controller; Petter Norling, Project manager",
    ),
    (
        "Granvik Logistik",
        "granvik.example",
        "Erik Talling",
        ("Priya Ramanathi", "Łukasz Borowik", "Sara Nyqvist"),
        "Karin Ålund, Head of IT; Ali Rezvani, Warehouse systems; Johanna Trygg, Buyer; Olof Brännmo, Site manager;"
        " *Mikaela Strand, Chief financial officer; Viktor Hedelin, Planner; Disa Norell, Analyst",
    ),
    (
        "Halvarö Sjukvård",
        "halvaro.example",
        "Bengt Ahlmo",
        ("Frida Lindmo", "Siobhán Kearley", "Beatriz Oliveira"),
        "Agneta Skoglöv, Programme manager; Daniel Ösund, Systems owner; Mona Farhadi, Head nurse;"
        " *Torbjörn Elmås, Director of purchasing; Ewa Lindgård, Legal counsel; Isak Bromö, Architect",
    ),
    (
        "Tallmo Trä",
        "tallmo.example",
        "Erik Talling",
        ("Matteo Grandelli", "Amina Desta"),
        "Nils-Erik Grånäs, Plant manager; Camilla Röjd, Logistics; *Anton Hult, Head of digital; Pernilla Sköld, Sales;"
        " Jakob Widmo, Engineer; Tyra Ekelöv, Buyer; Emil Backa, Controller",
    ),
    (
        "Lumivaara Oy",
        "lumivaara.example",
        "Nora Kivelä",
        ("Ingrid Vallmark", "Łukasz Borowik"),
        "Päivi Hämelä, Development director; *Jussi Kotavuori, Chief executive; Riikka Tuomala, Buyer;"
        " Antti Rämö, IT manager; Sanna Leppäkorpi, Project manager; Eero Niinivaara, Architect",
    ),
    (
        "Bergmark & Søn",
        "bergmark-son.example",
        "Beatriz Oliveira",
        ("Tove Aspelin", "Henrik Sandell"),
        "Søren Bækgård, Head of operations; Mette Lundholt, Buyer; *Kasper Tofthøj, Chief digital officer;"
        " Freja Ravnsbo, Analyst; Anders Kjærby, IT manager; Ida Skovmark, Project manager; Lasse Egeby, Controller",
    ),
    (
        "Zephyrine SARL",
        "zephyrine.example",
        "Ravi Menonkar",
        ("Matteo Grandelli",),
        "*Céline Marchetière, Purchasing director; Baptiste Roquelin, IT manager; Aïcha Benhadji, Project manager;"
        " Étienne Valcourt, Architect; *Margaux Delaunoy, Chief executive; Noé Fontaubert, Analyst",
    ),
    (
        "Weißtal Technik GmbH",
        "weisstal.example",
        "Lukas Weidenhof",
        ("Gustav Rönnholt", "Siobhán Kearley"),
        "Jürgen Großfeld, Head of IT; Annika Schönbrunn, Buyer; *Käthe Vollmann, Managing director;"
        " Tobias Kreßler, Engineer; Leonie Hartwiek, Project manager; *Murat Yıldan, Head of sales;"
        " Sören Paulsberg, Controller; Ulrike Jägerhof, Legal counsel",
    ),
    (
        "Oakhollow Ltd",
        "oakhollow.example",
        "Siobhán Kearley",
        ("Ingrid Vallmark", "Beatriz Oliveira"),
        "Imogen Fairleigh, Operations director; *Desmond Okafori, Head of procurement; Rhys Penhallow, IT manager;"
        " Gemma Thornby, Analyst; Callum Ashgrove, Project manager; Zainab Hussaini, Controller",
    ),
    (
        "Brisamar Alimentos",
        "brisamar.example",
        "Beatriz Oliveira",
        ("Matteo Grandelli", "Priya Ramanathi"),
        "Íñigo Castellar, Supply chain; *Lucía Monterrey, Head of IT; João Valadares, Buyer; Núria Ferrandell, Analyst;"
        " Álvaro Quintero, Plant manager; *Inês Carvalhal, Chief operating officer",
    ),
    (
        "Polna Rzeka",
        "polna-rzeka.example",
        "Łukasz Borowik",
        ("Lukas Weidenhof",),
        "Małgorzata Wiśnicka, IT director; *Krzysztof Jaworek, Head of logistics; Żaneta Kowalik, Buyer;"
        " Paweł Świderek, Engineer; Agnieszka Łęcka, Project manager; Tomasz Zielonka, Architect; Ewa Górniak, Analyst",
    ),
    (
        "Kvarnby Livs",
        "kvarnby.example",
        "Sara Nyqvist",
        ("Frida Lindmo", "Amina Desta", "Maja Öhrn"),
        "Rebecka Solmo, Category manager; Ludvig Hagberg-Ström, IT manager; *Mahsa Karimian, Head of stores;"
        " Fredrik Lönnå, Buyer; Ella Björkvik, Analyst; *Sixten Öberg-Lind, Chief executive;"
        " Tuva Marklo, Project manager",
    ),
)

SEPARATE_PHONES = {"Lova Lindqvist": "tel:+46846500442", "Mikaela Strand": "tel:+46846500443"}


def contacts() -> tuple[Someone, ...]:
    """Everybody outside, company by company."""
    return tuple(_contact(text, name, domain) for name, domain, _, _, people in ACCOUNTS for text in people.split(";"))


def _contact(text: str, company: str, domain: str) -> Someone:
    name, title = text.strip().removeprefix("*").split(", ", 1)
    phone = SEPARATE_PHONES.get(name)
    return Someone(
        name,
        title,
        domain=domain,
        company=company,
        mark="lead" if text.strip().startswith("*") else "contact",
        aliases=(phone,) if phone else (),
    )


EVERYBODY = {one.name: one for one in (*COLLEAGUES, *contacts())}
