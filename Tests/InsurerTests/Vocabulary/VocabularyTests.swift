import Insurer
import Testing

/// Every value of every enumeration of the glossary: its code, its Chinese label, and that each way of writing it is
/// read.
@Suite struct VocabularyTests {
  private func check<Value: Coded>(_ type: Value.Type, _ expected: [(String, String)]) {
    #expect(Value.allCases.map(\.code) == expected.map(\.0))
    #expect(Value.allCases.map(\.labels.zh) == expected.map(\.1))
    for value in Value.allCases {
      for text in [value.code, value.labels.zh, value.labels.en, value.code.uppercased()] + value.labels.synonyms {
        #expect(Value.read(text) == value, "\(type): \(text)")
      }
    }
    #expect(Value.read("") == nil)
    #expect(Value.read("no such value") == nil)
  }

  @Test func ofPolicies() {
    check(
      PolicyStatus.self,
      [
        ("not_yet_effective", "未生效"), ("in_force", "有效"), ("suspended", "效力中止"), ("terminated", "终止"),
      ])
    check(
      Phase.self,
      [
        ("cooling_off", "犹豫期"), ("paid", "交费正常"), ("grace", "宽限期"), ("automatic_premium_loan", "自动垫交"),
        ("waived", "豁免"), ("reduced_paid_up", "减额交清"), ("paid_up", "交清"),
      ])
    check(PolicyFlag.self, [("pledged", "质押"), ("frozen", "司法冻结"), ("lost_reported", "挂失")])
    check(
      TerminationReason.self,
      [
        ("expired", "到期"), ("matured", "满期"), ("cooling_off_cancelled", "犹豫期退保"), ("surrendered", "退保"),
        ("claim_paid", "理赔终止"), ("waiting_period_event", "等待期出险"), ("rescinded", "解除"),
        ("lapsed_beyond_reinstatement", "中止满二年解除"), ("insured_died", "身故"), ("void", "无效"),
      ])
    check(
      PremiumMode.self,
      [
        ("single", "趸交"), ("annual", "年交"), ("half_yearly", "半年交"), ("quarterly", "季交"), ("monthly", "月交"),
      ])
    check(
      PremiumMethod.self,
      [
        ("debit", "自动扣款"), ("transfer", "转账"), ("online", "线上支付"), ("cash", "现金"), ("automatic_loan", "自动垫交"),
      ])
    check(PremiumResult.self, [("due", "应收"), ("received", "实收"), ("failed", "扣款失败"), ("waived", "豁免")])
    check(
      DebitFailure.self,
      [
        ("insufficient_funds", "余额不足"), ("account_closed", "账户已注销"), ("account_frozen", "账户冻结"),
        ("limit_exceeded", "超出限额"), ("mandate_ended", "代扣协议失效"), ("name_mismatch", "户名不符"), ("other", "其他"),
      ])
    #expect(PremiumMode.allCases.map(\.months) == [nil, 12, 6, 3, 1])
  }

  @Test func ofParties() {
    check(PartyRole.self, [("policyholder", "投保人"), ("insured", "被保险人"), ("beneficiary", "受益人")])
    check(BeneficiaryDesignation.self, [("named", "指定"), ("none", "法定")])
    check(
      Benefit.self,
      [
        ("death", "身故"), ("disability", "伤残"), ("critical_illness", "重大疾病"), ("minor_illness", "轻症"),
        ("hospital", "住院医疗"), ("outpatient", "门诊医疗"), ("accident", "意外医疗"), ("survival", "生存金"),
        ("maturity", "满期金"), ("annuity", "年金"), ("education", "教育金"), ("waiver", "豁免保险费"),
      ])
  }

  @Test func ofProducts() {
    check(
      Line.self,
      [
        ("life", "寿险"), ("critical_illness", "重疾"), ("medical", "医疗"), ("accident", "意外"), ("annuity", "年金"),
        ("education", "教育金"),
      ])
    check(LineClass.self, [("life", "寿险"), ("health", "健康险"), ("accident", "意外险"), ("annuity", "年金")])
    check(ProductKind.self, [("base", "主险"), ("rider", "附加险")])
    #expect(Line.allCases.map(\.lineClass) == [.life, .health, .health, .accident, .annuity, .life])
  }

  @Test func ofClaims() {
    check(
      ClaimStatus.self,
      [
        ("notified", "报案"), ("requested", "索赔申请"), ("registered", "立案"), ("awaiting_documents", "待补资料"),
        ("investigating", "调查"), ("calculating", "理算"), ("assessing", "核赔"), ("determined", "核定"),
        ("agreed", "达成协议"), ("paid", "已给付"), ("closed", "结案"), ("reopened", "重开"), ("withdrawn", "撤案"),
      ])
    check(
      ClaimKind.self,
      [
        ("medical", "医疗"), ("critical_illness", "重疾"), ("accident", "意外"), ("disability", "伤残"), ("death", "身故"),
      ])
    check(
      ClaimDecision.self,
      [
        ("paid", "给付"), ("partly_paid", "部分给付"), ("declined", "拒绝给付"), ("ex_gratia", "通融"),
        ("advance_payment", "预付"),
      ])
    #expect(ClaimStatus.allCases.filter { !$0.isOpen } == [.paid, .closed, .withdrawn])
  }

  @Test func ofPeopleAndContacts() {
    check(
      ContactChannel.self,
      [
        ("phone", "电话"), ("wechat", "微信"), ("app", "App"), ("branch", "柜面"), ("visit", "拜访"), ("sms", "短信"),
        ("email", "邮件"), ("web", "网站"),
      ])
    check(Direction.self, [("in", "来访"), ("out", "去访")])
    check(RelationState.self, [("prospect", "准客户"), ("active", "在保"), ("lapsed", "失效"), ("former", "已离开")])
    check(
      Stage.self,
      [
        ("acquisition", "获客"), ("issuing", "承保"), ("claim", "理赔"), ("premium_due", "续期"), ("policy_renewal", "续保"),
        ("referral", "转介绍"),
      ])
    #expect(ServicingType.allCases.count == 17)
    check(ServicingType.self, ServicingType.allCases.map { ($0.code, $0.labels.zh) })
  }
}
