import Kernel

/// The register, as data. Words that were shown to somebody are never edited: a new version is added below them, with a
/// place of its own when it changes what is done, how, or with which data.
extension Purposes {
  /// What serving, checking and correcting the records of a contract needs: all of them, but for health data.
  private static let book =
    [
      "kind", "name", "pinyin", "gender", "birth_date", "id_type", "national_id", "mobile", "email", "address",
      "occupation", "income", "channel", "created_on", "owner", "adviser", "deceased_on", "relation",
      "relation_since", "lines", "stages", "latest_at", "next_due_on", "id", "source", "source_id", "unverified",
      "version", "created_at", "updated_at",
    ].map { "customers.\($0)" } + [
      "relationships.*", "consents.*", "policies.*", "parties.*", "coverages.*", "premiums.*", "claims.*",
      "interactions.*", "applications.*", "complaints.*",
    ]
  /// What is told for a claim or an application.
  private static let health = ["claims.diagnosis", "claims.complex_reason"]

  static let table: [ProcessingPurpose] = [
    ofContract(
      .contract, "为订立和履行您的保险合同处理您的资料，例如承保、收费、保全和给付。",
      "We use your data to conclude and perform your insurance contract: issue, premiums, changes, benefits.",
      fields: book),
    ofContract(
      .claims, "为处理您的理赔申请处理您的资料，包括您为理赔提交的医疗资料。",
      "We use your data, including medical documents you hand in, to decide and pay your claim.",
      fields: book + health + ["claims.account"]),
    ofContract(
      .underwriting, "为评估您的投保申请处理您的资料，包括您的健康告知。",
      "We use your data, including your health disclosure, to assess your application.",
      fields: book + health + ["underwriting.health_disclosure", "underwriting.family_history"]),
    ofContract(
      .service, "为答复您的咨询、办理您要求的服务以及续期提醒处理您的资料。",
      "We use your data to answer you, to do what you ask for, and to remind you of premiums due.",
      fields: book),
    ofContract(
      .intake, "为把您的保单资料从核心系统带入本系统处理您的资料。",
      "We use your data to bring the records of your policies here from the core systems.",
      fields: book + health + ["claims.account"]),
    ofLaw(
      .quality, "依法保持您的资料准确、完整（个人信息保护法第八条）。",
      "We keep your data accurate and complete, as the law asks (PIPL 8).", fields: book),
    ofLaw(
      .audit, "依法记录和审计谁看过、改过您的资料（个人信息保护法第五十四条）。",
      "We record and audit who saw and changed your data, as the law asks (PIPL 54).", fields: book),
    ofLaw(
      .administration, "依法保障系统和您的资料的安全（个人信息保护法第五十一条）。",
      "We keep the system and your data safe, as the law asks (PIPL 51).", fields: book),
    ofConsent(
      .marketing, place: 0,
      zh: PurposeWords.Text(
        """
        我们想用您的姓名、联系方式和已有保单的险种，向您介绍新的产品和活动（电话、微信、短信或邮件）。\
        资料由本公司处理，不提供给他人；您撤回同意后立即停止，相关资料在 30 天内不再用于此目的。\
        不同意不影响您的任何保单和服务。您可以随时向服务人员、客服或在本系统撤回，与同意一样方便。
        """),
      en: PurposeWords.Text(
        """
        We would like to use your name, your contact details and the lines you are covered in to tell you of new \
        products and events (by phone, WeChat, SMS or e-mail). Only this company processes the data; nobody else gets \
        it. When you withdraw we stop at once. Saying no changes nothing in your policies and services. You may \
        withdraw at any time, as easily as you agree: through your agent, our service desk, or here.
        """), fields: ["customers.name", "customers.mobile", "customers.email", "customers.lines"], retentionDays: 30),
    ofConsent(
      .personalisation, place: 1,
      zh: PurposeWords.Text(
        """
        我们想根据您的保单、缴费和来往记录给您打上标签，由系统据此向您作个性化推荐。\
        标签不用于定价、核保和理赔。您撤回同意后，系统只作不针对您个人的推荐，并删除这些标签。\
        不同意不影响您的任何保单和服务。您可以随时向服务人员、客服或在本系统撤回，与同意一样方便。
        """),
      en: PurposeWords.Text(
        """
        We would like to derive tags from your policies, premiums and contacts, by which the system makes you personal \
        recommendations. The tags are not used for prices, underwriting or claims. When you withdraw, recommendations \
        are no longer personal and the tags are deleted. Saying no changes nothing in your policies and services. You \
        may withdraw at any time, as easily as you agree: through your agent, our service desk, or here.
        """), fields: ["customers.name", "customers.lines", "policies.*", "premiums.*", "interactions.*"],
      retentionDays: 0),
    ofConsent(
      .healthService, .health, place: 2,
      zh: PurposeWords.Text(
        """
        我们想处理您自己提供的健康读数（如血压、血糖、步数），为您做健康计划和提醒。\
        读数不用于核对健康告知、定价、核保和理赔。您撤回同意后立即停止，并在 30 天内删除读数。\
        不同意不影响您的任何保单和其他服务。您可以随时向服务人员、客服或在本系统撤回，与同意一样方便。
        """,
        necessity: "没有健康读数就做不出健康计划。健康信息属于敏感个人信息，一旦泄露可能使您受到歧视；我们加密保存，业务员看不到。"),
      en: PurposeWords.Text(
        """
        We would like to process health readings that you give us (blood pressure, blood sugar, steps) to plan and \
        remind for your health. Readings are never used to check a disclosure, to price, to underwrite or in claims. \
        When you withdraw we stop at once and delete the readings within 30 days. Saying no changes nothing in your \
        policies and other services. You may withdraw at any time, as easily as you agree: through your agent, our \
        service desk, or here.
        """,
        necessity: """
          Without readings there is no health plan. Health data is sensitive: a leak may expose you to discrimination. \
          We keep it encrypted, and agents do not see it.
          """), fields: ["customers.name", "customers.mobile", "readings.reading"], retentionDays: 30),
    ofConsent(
      .insuranceSuggestions, .health, place: 3,
      zh: PurposeWords.Text(
        """
        我们想根据您的健康读数向您提出保险建议。这与健康服务是两件事，分别由您决定。\
        读数不用于核对健康告知、定价和拒保；建议之前我们会再次提醒您如实告知。\
        您撤回同意后立即停止。不同意不影响您的任何保单和服务。您可以随时向服务人员、客服或在本系统撤回，与同意一样方便。
        """,
        necessity: "只有知道您的健康读数，才能提出与之相符的保障建议。健康信息属于敏感个人信息，一旦泄露可能使您受到歧视；我们加密保存，业务员看不到读数。"),
      en: PurposeWords.Text(
        """
        We would like to suggest cover to you from your health readings. This is not the health service; you decide on \
        each apart. Readings are never used to check a disclosure, to price or to refuse; before a suggestion we \
        remind you of your duty of disclosure. When you withdraw we stop at once. Saying no changes nothing in your \
        policies and services. You may withdraw at any time, as easily as you agree: through your agent, \
        our service desk, or here.
        """,
        necessity: """
          Only with your readings can a suggestion fit your health. Health data is sensitive: a leak may expose you to \
          discrimination. We keep it encrypted, and agents do not see readings.
          """), fields: ["customers.name", "customers.mobile", "customers.lines", "readings.reading"], retentionDays: 30
    ),
  ]

  private static func ofContract(
    _ purpose: Purpose, _ zh: String, _ en: String, fields: [String]
  ) -> ProcessingPurpose { plain(purpose, .contract, zh, en, fields) }

  private static func ofLaw(
    _ purpose: Purpose, _ zh: String, _ en: String, fields: [String]
  ) -> ProcessingPurpose { plain(purpose, .legalDuty, zh, en, fields) }

  private static func plain(
    _ purpose: Purpose, _ basis: LegalBasis, _ zh: String, _ en: String, _ fields: [String]
  ) -> ProcessingPurpose {
    ProcessingPurpose(
      purpose: purpose, category: .none, basis: basis,
      versions: [PurposeWords(version: 1, place: nil, zh: PurposeWords.Text(zh), en: PurposeWords.Text(en))],
      fields: fields, retentionDays: nil)
  }

  private static func ofConsent(
    _ purpose: Purpose, _ category: Category = .none, place: Int, zh: PurposeWords.Text, en: PurposeWords.Text,
    fields: [String], retentionDays: Int
  ) -> ProcessingPurpose {
    ProcessingPurpose(
      purpose: purpose, category: category, basis: .consent,
      versions: [PurposeWords(version: 1, place: place, zh: zh, en: en)], fields: fields,
      retentionDays: retentionDays)
  }
}
