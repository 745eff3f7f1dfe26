import Dialects
import Relay
import Routing
import Testing

@Suite
struct `Errors of providers are classified` {
    @Test(arguments: FailureRow.all)
    func `By status, code and well-known words`(row: FailureRow) {
        let message = UpstreamMessage.read(row.body)

        let failureClass = FailureClassifier.classify(status: row.status, message: message)

        #expect(failureClass == row.expected)
    }

    @Test(
        arguments: [
            (#"{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"#, .rateLimited),
            (#"{"error":{"message":"Slow","code":"rate_limit_exceeded"}}"#, .rateLimited),
            (#"{"error":{"code":429,"message":"Slow","status":"RESOURCE_EXHAUSTED"}}"#, .rateLimited),
            (#"{"error":{"code":429,"message":"Slow"}}"#, .rateLimited),
            (#"{"error":{"code":502,"message":"Provider disconnected"}}"#, .transient),
            (#"{"error":{"code":401,"message":"No"}}"#, .keyRejected),
            (#"{"error":{"code":402,"message":"No"}}"#, .outOfCredit),
            (#"{"error":{"code":400,"message":"Bad"}}"#, .badAnswer),
            (#"{"error":{"message":"Failed","code":"tool_use_failed"}}"#, .badAnswer),
            (#"{"error":{"message":"x","code":"context_length_exceeded"}}"#, .contextTooLong),
            (#"{"error":{"message":"x","code":"content_filter"}}"#, .contentPolicy),
            (#"{"error":{"message":"x","code":"insufficient_quota"}}"#, .outOfCredit),
            (#"{"error":"model runner has unexpectedly stopped"}"#, .badAnswer),
        ] as [(String, FailureClass)]
    )
    func `Inside a success the body has to tell`(body: String, expected: FailureClass) throws {
        let message = try #require(UpstreamMessage.read(body))

        let failureClass = FailureClassifier.classify(inBand: message)

        #expect(failureClass == expected)
    }
}

@Suite
struct `One table decides what follows from a failure` {
    @Test(
        arguments: [
            (.callerFault, .never, false, .nothing), (.contextTooLong, .never, true, .nothing),
            (.contentPolicy, .never, false, .nothing), (.keyRejected, .never, true, .channel(.keyRejected)),
            (.outOfCredit, .never, true, .channel(.outOfCredit)),
            (.rateLimited, .whenToldSoon, true, .entry(.rateLimited)), (.transient, .once, true, .entry(.transient)),
            (.silent, .never, true, .entry(.transient)), (.staleConnection, .free, true, .nothing),
            (.modelGone, .never, true, .entry(.modelGone)), (.badAnswer, .never, true, .entry(.badAnswer)),
            (.cut, .never, true, .entry(.cut)),
        ] as [(FailureClass, FailureClass.Disposition.Retry, Bool, FailureClass.Disposition.Cooling)]
    )
    func `It is the one of the resilience page`(
        failureClass: FailureClass,
        retry: FailureClass.Disposition.Retry,
        triesNext: Bool,
        cooling: FailureClass.Disposition.Cooling
    ) {
        let disposition = failureClass.disposition

        #expect(disposition.retry == retry)
        #expect(disposition.triesNext == triesNext)
        #expect(disposition.cooling == cooling)
    }

    @Test(
        arguments: [
            (.notConnected("refused"), .transient), (.connectTimeout, .silent), (.staleConnection, .staleConnection),
            (.broken("reset"), .transient), (.notHTTP("garbage"), .badAnswer),
        ] as [(TransportFailure, FailureClass)]
    )
    func `Network trouble has its classes`(failure: TransportFailure, failureClass: FailureClass) {
        #expect(failure.failureClass == failureClass)
        #expect(!failure.detail.isEmpty)
    }

    @Test(
        arguments: [
            ("application/json", .json), ("Application/JSON; charset=utf-8", .json),
            ("application/problem+json", .json), ("text/event-stream", .events),
            ("text/event-stream;charset=utf-8", .events), ("text/html", .html),
            ("TEXT/HTML; charset=x", .html), ("application/xhtml+xml", .html), ("", .unknown), ("audio/mpeg", .other),
            ("text/plain", .other),
        ] as [(String, ProviderHead.ContentForm)]
    )
    func `A content type is read`(value: String, form: ProviderHead.ContentForm) {
        let bytes = Array(value.utf8)

        let read = ProviderHead.ContentForm(fieldValue: bytes.span.bytes)

        #expect(read == form)
    }
}
