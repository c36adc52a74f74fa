/// A policy's legal state, as the core system states it (glossary section 2).
package enum PolicyStatus: String, Coded {
  case notYetEffective = "not_yet_effective"
  case inForce = "in_force"
  case suspended
  case terminated

  package var labels: Labels {
    switch self {
    case .notYetEffective: Labels("未生效", "Not yet effective", ["待生效", "pending"])
    case .inForce: Labels("有效", "In force", ["生效", "正常", "active"])
    case .suspended: Labels("效力中止", "Suspended", ["中止", "失效", "lapsed"])
    case .terminated: Labels("终止", "Terminated", ["效力终止", "已终止", "ended"])
    }
  }
}

/// What an in-force policy is going through; several at once are possible (cooling-off beside paid).
package enum Phase: String, Coded {
  case coolingOff = "cooling_off"
  case paid
  case grace
  case automaticPremiumLoan = "automatic_premium_loan"
  case waived
  case reducedPaidUp = "reduced_paid_up"
  case paidUp = "paid_up"

  package var labels: Labels {
    switch self {
    case .coolingOff: Labels("犹豫期", "Cooling-off", ["冷静期", "free look"])
    case .paid: Labels("交费正常", "Premiums paid", ["缴费正常", "交费中", "缴费中"])
    case .grace: Labels("宽限期", "Grace period", ["宽限"])
    case .automaticPremiumLoan: Labels("自动垫交", "Automatic premium loan", ["自垫", "自动垫缴"])
    case .waived: Labels("豁免", "Premium waived", ["保费豁免", "豁免保险费"])
    case .reducedPaidUp: Labels("减额交清", "Reduced paid-up", ["减额缴清"])
    case .paidUp: Labels("交清", "Paid up", ["缴清", "交费期满"])
    }
  }
}

/// What stands beside the state: the policy may be pledged, frozen by a court, or its document lost.
package enum PolicyFlag: String, Coded {
  case pledged
  case frozen
  case lostReported = "lost_reported"

  package var labels: Labels {
    switch self {
    case .pledged: Labels("质押", "Pledged", ["保单质押"])
    case .frozen: Labels("司法冻结", "Frozen by court", ["冻结"])
    case .lostReported: Labels("挂失", "Reported lost", ["保单挂失", "遗失"])
    }
  }
}

package enum TerminationReason: String, Coded {
  case expired
  case matured
  case coolingOffCancelled = "cooling_off_cancelled"
  case surrendered
  case claimPaid = "claim_paid"
  case waitingPeriodEvent = "waiting_period_event"
  case rescinded
  case lapsedBeyondReinstatement = "lapsed_beyond_reinstatement"
  case insuredDied = "insured_died"
  case void

  package var labels: Labels {
    switch self {
    case .expired: Labels("到期", "Expired", ["期满", "保险期满"])
    case .matured: Labels("满期", "Matured", ["满期给付"])
    case .coolingOffCancelled: Labels("犹豫期退保", "Cancelled in cooling-off", ["撤单", "犹豫期撤单"])
    case .surrendered: Labels("退保", "Surrendered", ["解约"])
    case .claimPaid: Labels("理赔终止", "Ended by claim", ["赔付终止"])
    case .waitingPeriodEvent: Labels("等待期出险", "Event in waiting period", ["等待期内出险"])
    case .rescinded: Labels("解除", "Rescinded", ["合同解除", "保险公司解除"])
    case .lapsedBeyondReinstatement:
      Labels("中止满二年解除", "Rescinded after two years suspended", ["永久失效", "中止满两年解除"])
    case .insuredDied: Labels("身故", "Insured died", ["身故终止", "死亡"])
    case .void: Labels("无效", "Void", ["合同无效"])
    }
  }
}

package enum PremiumMode: String, Coded {
  case single
  case annual
  case halfYearly = "half_yearly"
  case quarterly
  case monthly

  package var labels: Labels {
    switch self {
    case .single: Labels("趸交", "Single", ["趸缴", "一次交清", "一次性"])
    case .annual: Labels("年交", "Annual", ["年缴", "yearly"])
    case .halfYearly: Labels("半年交", "Half-yearly", ["半年缴", "semi-annual"])
    case .quarterly: Labels("季交", "Quarterly", ["季缴"])
    case .monthly: Labels("月交", "Monthly", ["月缴"])
    }
  }

  /// Months between two premiums; nil where there is only one.
  package var months: Int? {
    switch self {
    case .single: nil
    case .annual: 12
    case .halfYearly: 6
    case .quarterly: 3
    case .monthly: 1
    }
  }
}

/// How a premium is paid.
package enum PremiumMethod: String, Coded {
  case debit
  case transfer
  case online
  case cash
  case automaticLoan = "automatic_loan"

  package var labels: Labels {
    switch self {
    case .debit: Labels("自动扣款", "Auto-debit", ["代扣", "银行代扣", "转账代扣", "扣款"])
    case .transfer: Labels("转账", "Transfer", ["银行转账", "汇款"])
    case .online: Labels("线上支付", "Online", ["网上支付", "微信支付", "支付宝", "app"])
    case .cash: Labels("现金", "Cash", ["柜面现金", "counter"])
    case .automaticLoan: Labels("自动垫交", "Automatic premium loan", ["自垫", "apl"])
    }
  }
}

/// What came of asking for a premium.
package enum PremiumResult: String, Coded {
  case due
  case received
  case failed
  case waived

  package var labels: Labels {
    switch self {
    case .due: Labels("应收", "Due", ["未交", "待收", "pending", "unpaid"])
    case .received: Labels("实收", "Received", ["已交", "已收", "成功", "paid", "success", "ok"])
    case .failed: Labels("扣款失败", "Failed", ["失败", "余额不足", "insufficient_funds"])
    case .waived: Labels("豁免", "Waived", ["免交"])
    }
  }
}

/// Why a bank did not pay a debit.
package enum DebitFailure: String, Coded {
  case insufficientFunds = "insufficient_funds"
  case accountClosed = "account_closed"
  case accountFrozen = "account_frozen"
  case limitExceeded = "limit_exceeded"
  case mandateEnded = "mandate_ended"
  case nameMismatch = "name_mismatch"
  case other

  package var labels: Labels {
    switch self {
    case .insufficientFunds: Labels("余额不足", "Insufficient funds", ["存款不足", "账户余额不足"])
    case .accountClosed: Labels("账户已注销", "Account closed", ["销户", "账号不存在"])
    case .accountFrozen: Labels("账户冻结", "Account frozen", ["冻结", "账户状态异常"])
    case .limitExceeded: Labels("超出限额", "Limit exceeded", ["超限额"])
    case .mandateEnded: Labels("代扣协议失效", "Mandate ended", ["协议失效", "未签约", "授权失效"])
    case .nameMismatch: Labels("户名不符", "Name mismatch", ["户名账号不符"])
    case .other: Labels("其他", "Other", ["其他原因"])
    }
  }
}

/// What a person is on a policy.
package enum PartyRole: String, Coded {
  case policyholder, insured, beneficiary

  package var labels: Labels {
    switch self {
    case .policyholder: Labels("投保人", "Policyholder", ["要保人", "holder"])
    case .insured: Labels("被保险人", "Insured", ["被保人"])
    case .beneficiary: Labels("受益人", "Beneficiary", [])
    }
  }
}

/// How a benefit's receiver is settled (保险法 39–42): named persons, or nobody named, which is a value.
package enum BeneficiaryDesignation: String, Coded {
  case named
  /// 法定: the insured's statutory heirs; the proceeds are then estate.
  case none

  package var labels: Labels {
    switch self {
    case .named: Labels("指定", "Named", ["指定受益人"])
    case .none: Labels("法定", "No designated beneficiary", ["法定继承人", "法定受益人", "未指定", "statutory", "legal"])
    }
  }
}

/// What is paid for. Policies are free to name benefits of their own beside these.
package enum Benefit: String, Coded {
  case death, disability
  case criticalIllness = "critical_illness"
  case minorIllness = "minor_illness"
  case hospital, outpatient, accident, survival, maturity
  case annuity, education, waiver

  package var labels: Labels {
    switch self {
    case .death: Labels("身故", "Death", ["身故保险金", "死亡"])
    case .disability: Labels("伤残", "Disability", ["全残", "残疾", "伤残保险金"])
    case .criticalIllness: Labels("重大疾病", "Critical illness", ["重疾", "重大疾病保险金", "CI"])
    case .minorIllness: Labels("轻症", "Minor illness", ["轻症疾病", "轻度疾病"])
    case .hospital: Labels("住院医疗", "Hospital", ["住院", "inpatient"])
    case .outpatient: Labels("门诊医疗", "Outpatient", ["门诊", "门急诊"])
    case .accident: Labels("意外医疗", "Accident medical", ["意外", "意外伤害"])
    case .survival: Labels("生存金", "Survival", ["生存保险金"])
    case .maturity: Labels("满期金", "Maturity", ["满期保险金"])
    case .annuity: Labels("年金", "Annuity", ["养老金"])
    case .education: Labels("教育金", "Education", ["教育年金"])
    case .waiver: Labels("豁免保险费", "Premium waiver", ["豁免"])
    }
  }
}

/// 保全: a change to a policy after its issue.
package enum ServicingType: String, Coded {
  case contactChange = "contact_change"
  case reinstatement
  case beneficiaryChange = "beneficiary_change"
  case policyholderChange = "policyholder_change"
  case paymentAccount = "payment_account"
  case premiumMode = "premium_mode"
  case addRider = "add_rider"
  case dropRider = "drop_rider"
  case loan
  case loanRepayment = "loan_repayment"
  case reducedPaidUp = "reduced_paid_up"
  case survivalBenefit = "survival_benefit"
  case maturityBenefit = "maturity_benefit"
  case surrender
  case lostPolicy = "lost_policy"
  case idCorrection = "id_correction"
  case occupationChange = "occupation_change"

  package var labels: Labels {
    switch self {
    case .contactChange: Labels("联系方式变更", "Contact change", ["地址变更", "电话变更"])
    case .reinstatement: Labels("复效", "Reinstatement", ["合同复效"])
    case .beneficiaryChange: Labels("受益人变更", "Beneficiary change", [])
    case .policyholderChange: Labels("投保人变更", "Policyholder change", [])
    case .paymentAccount: Labels("交费账户变更", "Payment account", ["缴费账户变更", "账号变更"])
    case .premiumMode: Labels("交费方式变更", "Premium mode", ["缴费方式变更"])
    case .addRider: Labels("新增附加险", "Add rider", ["附加险新增"])
    case .dropRider: Labels("取消附加险", "Drop rider", ["附加险取消", "附加险退保"])
    case .loan: Labels("保单质押贷款", "Policy loan", ["保单贷款", "借款"])
    case .loanRepayment: Labels("贷款清偿", "Loan repayment", ["还款", "保单还款"])
    case .reducedPaidUp: Labels("减额交清", "Reduced paid-up", ["减额缴清"])
    case .survivalBenefit: Labels("生存金领取", "Survival benefit", ["生存金"])
    case .maturityBenefit: Labels("满期金领取", "Maturity benefit", ["满期金", "满期给付"])
    case .surrender: Labels("退保", "Surrender", ["解约"])
    case .lostPolicy: Labels("保单挂失补发", "Lost policy", ["挂失", "补发保单"])
    case .idCorrection: Labels("客户资料更正", "ID correction", ["证件更正", "证件变更"])
    case .occupationChange: Labels("职业变更", "Occupation change", ["职业类别变更"])
    }
  }
}
