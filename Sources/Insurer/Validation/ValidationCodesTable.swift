/// Every code that form, API, import and event answer for a value that breaks a rule, with its meaning in English.
/// Stable: integrators and string files rely on the raw values.
package enum ValidationCode: String, CaseIterable, Sendable {
  // Any field
  case required = "REQUIRED"
  case tooLong = "TOO_LONG"
  case textInvalid = "TEXT_INVALID"
  case enumUnknown = "ENUM_UNKNOWN"
  case referenceUnknown = "REFERENCE_UNKNOWN"
  case keyDuplicate = "KEY_DUPLICATE"
  case valueUnverified = "VALUE_UNVERIFIED"
  case valueConflict = "VALUE_CONFLICT"
  case folded = "FOLDED"
  // Numbers, money, dates
  case numberInvalid = "NUMBER_INVALID"
  case numberRange = "NUMBER_RANGE"
  case moneyInvalid = "MONEY_INVALID"
  case moneyNegative = "MONEY_NEGATIVE"
  case rateInvalid = "RATE_INVALID"
  case flagInvalid = "FLAG_INVALID"
  case dateInvalid = "DATE_INVALID"
  case dateFuture = "DATE_FUTURE"
  case dateOrder = "DATE_ORDER"
  case timeInvalid = "TIME_INVALID"
  // Persons
  case nameMissing = "NAME_MISSING"
  case nameInvalid = "NAME_INVALID"
  case sexUnknown = "SEX_UNKNOWN"
  case birthDateImplausible = "BIRTH_DATE_IMPLAUSIBLE"
  case idBirthMismatch = "ID_BIRTH_MISMATCH"
  case idSexMismatch = "ID_SEX_MISMATCH"
  case idLength = "ID_LENGTH"
  case idCharacters = "ID_CHARACTERS"
  case idChecksum = "ID_CHECKSUM"
  case idDate = "ID_DATE"
  case idFuture = "ID_FUTURE"
  case idRegion = "ID_REGION"
  case documentInvalid = "DOCUMENT_INVALID"
  case usccInvalid = "USCC_INVALID"
  case usccChecksum = "USCC_CHECKSUM"
  case mobileInvalid = "MOBILE_INVALID"
  case mobileShared = "MOBILE_SHARED"
  case emailInvalid = "EMAIL_INVALID"
  // Duplicates and relations
  case duplicateID = "DUPLICATE_ID"
  case duplicateMobileName = "DUPLICATE_MOBILE_NAME"
  case duplicateNameBirth = "DUPLICATE_NAME_BIRTH"
  case relationToSelf = "RELATION_TO_SELF"
  // Consents
  case consentNotNeeded = "CONSENT_NOT_NEEDED"
  case wordsChanged = "WORDS_CHANGED"
  case guardianRequired = "GUARDIAN_REQUIRED"
  case guardianUnknown = "GUARDIAN_UNKNOWN"
  case ownConsentRequired = "OWN_CONSENT_REQUIRED"
  case personDeceased = "PERSON_DECEASED"
  // Fields and their purposes
  case purposeRequired = "PURPOSE_REQUIRED"
  case categoryOff = "CATEGORY_OFF"
  case healthWalled = "HEALTH_WALLED"
  case fieldNotForPurpose = "FIELD_NOT_FOR_PURPOSE"
  case reasonTooShort = "REASON_TOO_SHORT"
  // Tasks
  case mentionUnknown = "MENTION_UNKNOWN"
  case mentionAmbiguous = "MENTION_AMBIGUOUS"
  case mentionCannotSee = "MENTION_CANNOT_SEE"
  // Leads
  case marketingNotAgreed = "MARKETING_NOT_AGREED"
  // Policies and claims
  case shareSum = "SHARE_SUM"
  case policyNumberInvalid = "POLICY_NUMBER_INVALID"
  case statusMismatch = "STATUS_MISMATCH"
  case claimNumberInvalid = "CLAIM_NUMBER_INVALID"
  case outsidePeriod = "OUTSIDE_PERIOD"
  case waitingTooLong = "WAITING_TOO_LONG"
  case coolingOffTooShort = "COOLING_OFF_TOO_SHORT"
  case promisePast = "PROMISE_PAST"
  case promiseAfterGrace = "PROMISE_AFTER_GRACE"
  case proofRequired = "PROOF_REQUIRED"

  /// For logs, reports and integrators; people see the words of the string files.
  package var message: String { ValidationCode.messages[self] ?? rawValue }

  package static let messages: [ValidationCode: String] = [
    .required: "a value is needed here",
    .tooLong: "the text is too long",
    .textInvalid: "the text has characters that cannot be kept",
    .enumUnknown: "not one of the known values",
    .referenceUnknown: "nothing with this key is known",
    .keyDuplicate: "the same key stands earlier in this file with other values",
    .valueUnverified: "the value breaks a rule and is kept unverified",
    .valueConflict: "a correction made here stands against the source's older value",
    .folded: "the value was folded to its usual form",
    .numberInvalid: "not a number",
    .numberRange: "the number is out of range",
    .moneyInvalid: "not an amount of yuan with at most two decimals",
    .moneyNegative: "the amount may not be negative",
    .rateInvalid: "not a rate between 0 and 1",
    .flagInvalid: "not yes or no",
    .dateInvalid: "not a date",
    .dateFuture: "the date lies in the future",
    .dateOrder: "the dates are in the wrong order",
    .timeInvalid: "not a time",
    .nameMissing: "the name is missing",
    .nameInvalid: "not a name",
    .sexUnknown: "the sex is not known",
    .birthDateImplausible: "the birth date is not that of a living person",
    .idBirthMismatch: "the birth date differs from the one in the ID number",
    .idSexMismatch: "the sex differs from the one in the ID number",
    .idLength: "an ID number has 18 or 15 characters",
    .idCharacters: "an ID number has digits only, but for a last X",
    .idChecksum: "the ID number's check character is wrong",
    .idDate: "the ID number holds no possible birth date",
    .idFuture: "the ID number's birth date lies in the future",
    .idRegion: "the ID number's region is not in GB/T 2260",
    .documentInvalid: "the document number does not have the form of its type",
    .usccInvalid: "not a unified social credit code",
    .usccChecksum: "the unified social credit code's check character is wrong",
    .mobileInvalid: "not a mobile number",
    .mobileShared: "the mobile number belongs to several people",
    .emailInvalid: "not an e-mail address",
    .duplicateID: "somebody with this ID number is already here",
    .duplicateMobileName: "somebody with this name and mobile number is already here",
    .duplicateNameBirth: "somebody with this name and birth date is already here",
    .relationToSelf: "a person cannot be related to himself",
    .consentNotNeeded: "nothing is asked for this: no such purpose, or it rests on contract or law",
    .wordsChanged: "other words than the present ones were shown",
    .guardianRequired: "under 14 a guardian decides",
    .purposeRequired: "no purpose needs this field: it may not be collected",
    .categoryOff: "data of this category may not be collected at all",
    .healthWalled: "health data is kept to its three purposes",
    .reasonTooShort: "say in a few words why",
    .mentionUnknown: "nobody of this number or name works here",
    .mentionAmbiguous: "several colleagues have this name: mention the staff number",
    .marketingNotAgreed: "this person has not agreed to marketing",
    .mentionCannotSee: "the one mentioned may not see this customer",
    .fieldNotForPurpose: "the purpose does not need this field",
    .guardianUnknown: "not a guardian or parent of this person",
    .ownConsentRequired: "from the 14th birthday one decides oneself",
    .personDeceased: "the person has died",
    .shareSum: "the shares of one rank of one benefit do not add up to 100 %",
    .policyNumberInvalid: "not a policy number",
    .statusMismatch: "the core's status differs from our projection",
    .claimNumberInvalid: "not a claim number",
    .outsidePeriod: "the date lies outside the policy's period",
    .waitingTooLong: "a health product waits at most 180 days",
    .promisePast: "the day promised has passed",
    .promiseAfterGrace: "the day promised lies after the end of cover",
    .proofRequired: "the proof is to be named",
    .coolingOffTooShort: "long-term health cover has at least 15 days of cooling-off",
  ]
}
