"""Texts of which one stands largely in the other are told from those that only speak of the same thing."""

import re

import pytest

from sources.models.traces import LARGELY, SHARED
from sources.resembling import MARKS, letters_of, marks_of, share_of

STORIES = {
    "en": [
        """The bridge over the northern channel was closed to all traffic on Tuesday evening after inspectors found cracks in two of its girders. The city council said that the repairs would take at least eight weeks and cost about four million pounds. Commuters waited for more than an hour at the ferry landing on Wednesday morning. The operator had been warned of rust in a report that was finished in March, the council's clerk confirmed. That report was never shown to the members who voted on the budget. A spokeswoman for the operator said that the warning had been understood as a remark for the next regular inspection. The mayor asked for an independent inquiry and promised that its findings would be published in full. Lorries will have to use the motorway bridge, which is thirty kilometres further south.""",
        """A small bakery in the harbour district has won a lawsuit against the company that supplied its ovens. The court found on Friday that the ovens used almost twice as much electricity as the brochure had promised. The owner, a baker in the third generation, had kept a diary of every meter reading since the first day. The company must pay back half of the price and the costs of the proceedings. Its lawyer called the decision surprising and said that an appeal was being prepared. According to the trade association, some two hundred bakeries bought the same model within the last three years. Several of them have asked for copies of the judgment. The owner told reporters that she would rather have spent the time baking.""",
    ],
    "fr": [
        """Le pont qui franchit le chenal du nord a été fermé à toute circulation mardi soir, après la découverte de fissures dans deux de ses poutres. La municipalité a indiqué que les réparations dureraient au moins huit semaines et coûteraient environ quatre millions de livres. Mercredi matin, les usagers ont attendu plus d'une heure à l'embarcadère du bac. L'exploitant avait été averti de la présence de rouille par un rapport achevé en mars, a confirmé le secrétaire du conseil. Ce rapport n'a jamais été montré aux élus qui ont voté le budget. Une porte-parole de l'exploitant a déclaré que l'avertissement avait été compris comme une remarque pour la prochaine inspection ordinaire. La maire a demandé une enquête indépendante et promis que ses conclusions seraient publiées en entier. Les poids lourds devront emprunter le pont de l'autoroute, trente kilomètres plus au sud.""",
        """Une petite boulangerie du quartier du port a gagné son procès contre la société qui lui avait fourni ses fours. Le tribunal a constaté vendredi que les fours consommaient presque deux fois plus d'électricité que ne le promettait la brochure. La propriétaire, boulangère de la troisième génération, avait noté chaque relevé du compteur depuis le premier jour. La société doit rembourser la moitié du prix ainsi que les frais de la procédure. Son avocat a jugé la décision surprenante et annoncé qu'un appel était en préparation. Selon l'association professionnelle, quelque deux cents boulangeries ont acheté le même modèle au cours des trois dernières années. Plusieurs d'entre elles ont demandé une copie du jugement. La propriétaire a dit aux journalistes qu'elle aurait préféré passer ce temps à faire du pain.""",
    ],
    "ja": [
        """北の水路に架かる橋は火曜日の夕方、桁の二か所に亀裂が見つかったため全面通行止めとなった。市議会によると、修理には少なくとも八週間かかり、費用は約四百万ポンドに上る見込みだという。水曜日の朝、通勤客は渡し船の乗り場で一時間以上待たされた。運営会社は三月にまとめられた報告書で錆について警告を受けていたと、議会事務局長が認めた。その報告書は予算案を採決した議員には一度も示されなかった。運営会社の広報担当者は、警告は次回の定期点検に向けた注意書きと受け止めていたと説明した。市長は独立した調査を求め、結果をすべて公表すると約束した。大型車は三十キロ南にある高速道路の橋へ迂回しなければならない。""",
        """港地区の小さなパン屋が、オーブンを納入した会社を相手取った裁判で勝訴した。裁判所は金曜日、オーブンの消費電力が案内書で約束された量のほぼ二倍だったと認定した。三代目の店主は、最初の日から毎日の検針値を日記につけていた。会社は代金の半額と訴訟費用を支払わなければならない。会社側の弁護士は判決に驚いたと述べ、控訴の準備を進めていることを明らかにした。業界団体によれば、この三年間に約二百軒のパン屋が同じ機種を購入している。そのうち数軒は判決文の写しを求めているという。店主は記者団に、その時間はパンを焼いていたかったと語った。""",
    ],
}
OTHER_WORDS = {
    "en": [
        """Drivers in the north of the city face a long detour: since Tuesday night nobody may cross the channel by road. Engineers had discovered that steel beams were damaged, and the authorities did not want to take a risk. Work could go on for two months, and the bill may reach four million. Papers seen by this newspaper show that corrosion was mentioned as early as spring, yet councillors heard nothing of it. An inquiry is now being demanded by the head of the city.""",
        """Judges have sided with a family business from the port in a dispute about power-hungry ovens. Because she wrote down what her meter said day after day, the baker could prove that the machines needed far more energy than advertised. Half of what she paid goes back to her. The manufacturer wants to contest the ruling before a higher court. Colleagues all over the country may now follow her example.""",
    ],
    "fr": [
        """Les automobilistes du nord de la ville doivent s'attendre à un long détour : depuis mardi, nul ne passe plus le chenal par la route. Des ingénieurs ont découvert que l'acier était abîmé, et les autorités n'ont voulu courir aucun risque. Le chantier pourrait durer deux mois, pour une facture de quatre millions. Des documents consultés par notre journal montrent que la corrosion était connue dès le printemps, sans que les conseillers en aient rien su. La cheffe de la ville réclame désormais que l'on fasse la lumière.""",
        """Les juges ont donné raison à une entreprise familiale du port dans un litige sur des appareils trop gourmands. Parce qu'elle notait jour après jour ce qu'indiquait son compteur, l'artisane a pu prouver que les machines dépensaient bien davantage que ne le disait la publicité. On lui rend la moitié de ce qu'elle avait versé. Le fabricant veut contester l'arrêt devant une instance supérieure. Des confrères de tout le pays pourraient suivre son exemple.""",
    ],
    "ja": [
        """市北部の運転手は長い回り道を強いられている。火曜の夜から、車で水路を渡ることができなくなったためだ。技術者が鋼材の損傷を発見し、当局は危険を冒さない判断をした。工事は二か月に及ぶ可能性があり、総額は四百万に達するかもしれない。本紙が入手した文書では、春の時点で腐食が指摘されていたが、議員には知らされていなかった。市のトップは真相の究明を訴えている。""",
        """電力を食うオーブンをめぐる争いで、裁判官は港の家族経営の店に軍配を上げた。店主は毎日メーターの数字を書き留めていたので、機械が宣伝よりはるかに多くのエネルギーを必要とすることを証明できた。支払った額の半分が戻ってくる。メーカーは上級審で争う構えだ。全国の同業者がこれに続く可能性もある。""",
    ],
}
PAGE = {
    "en": (
        "Home\nNews\nPolitics\nSubscribe to our newsletter\nSign in",
        "Share this article\nRead more: the ten best bridges\nAll prices include taxes. We may earn a commission when you follow a link on this page.\nContact\nImprint",
    ),
    "fr": (
        "Accueil\nActualités\nPolitique\nS'abonner\nConnexion",
        "Partager\nLire aussi : les dix plus beaux ponts\nTous les prix s'entendent taxes comprises. Nous pouvons toucher une commission si vous suivez un lien de cette page.\nContact\nMentions légales",
    ),
    "ja": (
        "ホーム\nニュース\n政治\n会員登録\nログイン",
        "シェア\n関連記事\n価格はすべて税込みです。このページのリンクから購入された場合、当社が手数料を受け取ることがあります。\nお問い合わせ\n運営会社",
    ),
}
RELEASE = {
    "en": "“We regret that our customers were put to so much trouble, and we shall do everything in our power to win back their trust within this year,” the company wrote in a statement. “The safety of everybody who relies on us has always come first, and it always will.”",
    "fr": "« Nous regrettons la gêne causée à nos clients et ferons tout ce qui est en notre pouvoir pour regagner leur confiance dès cette année », écrit la société dans un communiqué. « La sécurité de tous ceux qui comptent sur nous a toujours été notre priorité, et le restera. »",
    "ja": "会社は声明で「お客様に多大なご迷惑をおかけしたことを遺憾に思い、年内に信頼を取り戻すため全力を尽くします」と述べた。「私たちを頼りにしてくださるすべての方の安全を、これまでも、これからも第一に考えます」としている。",
}
EDITS = {
    "en": [
        ("Tuesday", "last Tuesday"),
        ("about four", "roughly four"),
        ("confirmed", "has confirmed"),
        ("promised", "pledged"),
        ("Friday", "6 June"),
        ("almost", "nearly"),
        ("surprising", "astonishing"),
        ("some two", "about two"),
    ],
    "fr": [
        ("mardi", "mardi dernier"),
        ("environ", "près de"),
        ("a confirmé", "confirme"),
        ("promis", "assuré"),
        ("vendredi", "le 6 juin"),
        ("presque", "quasiment"),
        ("surprenante", "étonnante"),
        ("quelque", "environ"),
    ],
    "ja": [
        ("火曜日", "先週火曜日"),
        ("約四百万", "およそ四百万"),
        ("認めた", "認めている"),
        ("約束した", "述べた"),
        ("金曜日", "六日"),
        ("ほぼ", "およそ"),
        ("驚いた", "意外だ"),
        ("約二百", "二百余り"),
    ],
}
HEADS = {
    "en": (
        "Bad news for the north\nBy our correspondent",
        "What else happened this week, told in the order of the days. On Monday the museum opened its new wing with a concert. On Thursday the swimming club chose a new chair, who is the first woman in that office.",
    ),
    "fr": (
        "Mauvaise nouvelle pour le nord\nDe notre correspondante",
        "Le reste de la semaine, jour après jour. Lundi, le musée a ouvert sa nouvelle aile par un concert. Jeudi, le club de natation s'est donné une présidente, la première femme à cette charge.",
    ),
    "ja": (
        "北部に悪い知らせ\n本紙記者",
        "今週のそのほかの出来事を日付順にお伝えする。月曜日には美術館が新館を演奏会とともに公開した。木曜日には水泳クラブが新しい会長を選び、女性として初めての就任となった。",
    ),
}


def sentences(text):
    return re.findall(r"[^.。]+[.。]\s*", text)


def edited(text, language):
    for was, now in EDITS[language]:
        text = text.replace(was, now)
    return text


def pairs():
    """What the two are, whether one republishes the other (None: perhaps), and the two texts."""
    for language, stories in STORIES.items():
        head, digest = HEADS[language]
        above, below = PAGE[language]
        for n, story in enumerate(stories):
            said, other = sentences(story), OTHER_WORDS[language][n]
            name = f"{language}{n}"
            yield f"{name} reprint", True, story, f"{above}\n{head}\n{story}\n{below}"
            yield f"{name} cut by a third", True, f"{above}\n{story}", "".join(said[: len(said) * 2 // 3])
            yield f"{name} light edits", True, story, f"{head}\n{edited(story, language)}"
            yield f"{name} cut and edited", True, story, edited("".join(said[1:6]), language)
            yield f"{name} in a digest", True, story, f"{digest}\n{''.join(said[:6])}\n{OTHER_WORDS[language][1 - n]}"
            yield f"{name} other words", False, story, other
            yield f"{name} other words, one page", False, f"{above}\n{story}\n{below}", f"{above}\n{other}\n{below}"
            yield f"{name} one release", None, f"{story}\n{RELEASE[language]}", f"{other}\n{RELEASE[language]}"
        yield f"{language} one page", False, f"{above}\n{stories[0]}\n{below}", f"{above}\n{stories[1]}\n{below}"
    for one, two in [("en", "fr"), ("en", "ja"), ("fr", "ja")]:
        for n in range(2):
            yield f"{one}{n} in {two}", False, STORIES[one][n], STORIES[two][n]


def found(one, two):
    """As the desk does: enough marks in common, and a large share letter by letter."""
    one, two = letters_of(one), letters_of(two)
    shared = len(set(marks_of(one)) & set(marks_of(two)))
    return shared >= SHARED and share_of(one, two) >= LARGELY


@pytest.mark.parametrize(
    ("republished", "one", "two"), [pytest.param(*p[1:], id=p[0]) for p in pairs() if p[1] is not None]
)
def test_a_reprint_is_found_and_another_text_is_not(republished, one, two):
    assert found(one, two) is found(two, one) is republished


def test_a_text_that_is_too_short_has_no_marks():
    assert marks_of(letters_of("The bridge was closed. It will open again.")) == []
    assert marks_of(letters_of("橋は閉鎖された。また開く。")) == []


def test_of_a_long_text_a_bounded_number_of_marks_is_kept():
    text = " ".join(f"The clerk wrote on day {n} that inspector {n * 37} had come." for n in range(3000))
    assert len(marks_of(letters_of(text))) == MARKS


def test_lines_of_the_page_are_no_part_of_a_text():
    assert letters_of("Home\nNews\nThe bridge was closed.\nSubscribe to our newsletter") == "thebridgewasclosed"
    wrapped = "The bridge over the northern channel was closed to\nall traffic on Tuesday evening."
    assert letters_of(wrapped) == letters_of(wrapped.replace("\n", " "))


def test_a_text_is_wholly_in_itself_and_not_at_all_in_none():
    letters = letters_of(STORIES["en"][0])
    assert share_of(letters, letters) == 1 and share_of(letters, "") == share_of("", "") == 0
