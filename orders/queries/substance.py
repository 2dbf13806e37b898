"""What a substance is called: plain names without their salts, and the classes it belongs to."""

from orders.queries.medication import plain

# Words behind a substance that name its salt, ester or water and not another drug: "warfarin sodium" is warfarin.
SALTS = frozenset(
    """
    acetate aluminum anhydrous aspartate axetil benzathine benzoate besylate bicarbonate bisulfate bitartrate bromide butyrate
    calcium carbonate chloride cilexetil citrate decanoate diacetate dihydrate dihydrochloride dipropionate diphosphate disodium
    edisylate enanthate estolate ethylsuccinate etexilate fumarate furoate gluconate hemihydrate hydrate hydrobromide
    hydrochloride hydroxide iodide isethionate lactate lysine magnesium maleate malate medoxomil meglumine mesylate mofetil
    monohydrate nitrate olamine oxide palmitate pamoate pentahydrate phosphate pivalate pivoxil potassium procaine propionate
    proxetil salicylate sesquihydrate sodium stearate succinate sulfate tannate tartrate tosylate trihydrate tromethamine
    valerate zinc""".split()
)


def base_name(name) -> str:
    """The substance without its salt: "warfarin sodium" → "warfarin"; "potassium chloride" stays what it is."""
    words = plain(name).split()
    kept = list(words)
    while len(kept) > 1 and kept[-1] in SALTS:
        kept.pop()
    return " ".join(words if set(kept) <= SALTS else kept)


def atc_groups(code) -> set[str]:
    """The ATC groups a code stands in, from the main group down to the substance: j01ca04 → j, j01, j01c, j01ca, j01ca04."""
    code = plain(code)
    return {code[:length] for length in (1, 3, 4, 5, 7) if len(code) >= length}
