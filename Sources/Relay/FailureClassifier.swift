public import Dialects

/// Finds the class of a failure from what the provider sent.
public enum FailureClassifier {
    /// Classifies an answer whose status is not a success.
    ///
    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - message: What the body says; `nil` when it is no error in a known JSON shape.
    /// - Returns: The class.
    public static func classify(status: Int, message: UpstreamMessage?) -> FailureClass {
        if let message, let byWords = Self.classify(words: message, status: status) { return byWords }
        switch status {
        case 401, 403: return .keyRejected
        case 402: return .outOfCredit
        case 404: return message == nil ? .badAnswer : .callerFault
        case 410: return .modelGone
        case 408, 425: return .transient
        case 429, 529: return .rateLimited
        case 500...: return .transient
        // Nobody follows redirections with somebody's key.
        case ..<400: return .badAnswer
        default: return .callerFault
        }
    }

    /// Classifies an error that came inside a success, before any content.
    public static func classify(inBand message: UpstreamMessage) -> FailureClass {
        let status = message.code.flatMap(Int.init) ?? 200
        if let byWords = Self.classify(words: message, status: status) { return byWords }
        guard (400...599).contains(status) else { return .badAnswer }
        let byStatus = Self.classify(status: status, message: message)
        return byStatus == .callerFault ? .badAnswer : byStatus
    }

    /// What codes and well-known sentences tell, whatever the status.
    private static func classify(words message: UpstreamMessage, status: Int) -> FailureClass? {
        let codes = [message.code, message.type].compactMap { $0?.lowercased() }
        let text = message.text.lowercased()
        func says(_ words: [String]) -> Bool { words.contains { text.containsText($0) } }
        func hasCode(_ words: Set<String>) -> Bool { codes.contains(where: words.contains) }

        if status < 500, hasCode(Self.contextCodes) || says(Self.contextWords) { return .contextTooLong }
        if status != 429, hasCode(Self.policyCodes) || (status < 500 && says(Self.policyWords)) {
            return .contentPolicy
        }
        if hasCode(Self.creditCodes) || (status < 500 && says(Self.creditWords)) { return .outOfCredit }
        if hasCode(Self.keyCodes) || (status == 400 && says(Self.keyWords)) { return .keyRejected }
        if hasCode(Self.modelCodes) { return .modelGone }
        if [400, 404, 422].contains(status), says(Self.modelWords) { return .modelGone }
        if status == 404, says(["model"]), hasCode(Self.absenceCodes) || says(Self.absenceWords) { return .modelGone }
        if hasCode(Self.rateCodes) { return .rateLimited }
        return nil
    }

    private static let contextCodes: Set<String> = [
        "context_length_exceeded", "context_window_exceeded", "string_above_max_length",
    ]
    private static let contextWords = [
        "prompt is too long", "maximum context length", "context length exceeded",
        "exceeds the maximum number of tokens",
        "exceed context limit", "exceeds the context window", "exceeds the available context size",
        "input is too long for requested model", "input length and `max_tokens` exceed context limit",
        "maximum prompt length", "too many tokens in the prompt", "exceeded max context length",
        "exceeded model token limit", "longer than the maximum model length", "context window exceeds limit",
    ]
    private static let policyCodes: Set<String> = [
        "content_policy_violation", "content_filter", "responsibleaipolicyviolation", "moderation_blocked",
        "content_policy", "invalid_prompt", "data_inspection_failed",
    ]
    private static let policyWords = [
        "content management policy", "violates our usage policy", "violates our usage policies",
        "flagged by our safety",
        "was blocked by our content filter", "blocked by content filtering policy", "your input was flagged",
        "violates usage guidelines",
    ]
    private static let creditCodes: Set<String> = [
        "insufficient_quota", "billing_error", "billing_hard_limit_reached", "insufficient_balance",
        "credit_balance_too_low", "payment_required", "account_deactivated", "arrearage",
        "exceeded_current_quota_error",
    ]
    private static let creditWords = [
        "credit balance is too low", "insufficient balance", "insufficient credit", "not enough credit",
        "requires more credits", "balance is not enough", "balance is insufficient", "余额不足", "欠费",
    ]
    private static let keyCodes: Set<String> = [
        "invalid_api_key", "authentication_error", "unauthenticated", "api_key_invalid", "invalid_authentication",
    ]
    private static let keyWords = ["api key not valid", "api key expired", "invalid api key", "incorrect api key"]
    private static let modelCodes: Set<String> = [
        "model_not_found", "deploymentnotfound", "model_not_available", "unknown_model", "model_decommissioned",
        "invalid_model",
    ]
    private static let modelWords = [
        "model not exist", "model does not exist", "is not a valid model id", "model not found", "unknown model",
        "is not found for api version", "not found, try pulling it first", "no endpoints found for",
    ]
    private static let absenceCodes: Set<String> = ["not_found_error", "not_found"]
    private static let absenceWords = ["does not exist", "not found"]
    private static let rateCodes: Set<String> = [
        "rate_limit_exceeded", "rate_limit_error", "overloaded_error", "resource_exhausted", "too_many_requests",
        "engine_overloaded_error",
    ]
}

extension String {
    /// Whether `needle` occurs; the standard library has no such search without regular expressions.
    func containsText(_ needle: String) -> Bool {
        let hay = Array(self.utf8)
        let pin = Array(needle.utf8)
        guard let first = pin.first, hay.count >= pin.count else { return pin.isEmpty }
        for start in 0...(hay.count - pin.count)
        where hay[start] == first && hay[start..<start + pin.count].elementsEqual(pin) {
            return true
        }
        return false
    }
}
