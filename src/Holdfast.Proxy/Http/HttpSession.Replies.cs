using Holdfast.HAProxy.Rules;
using Holdfast.Http.H1;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Http;

/// <summary>Answers of our own: pages of errors, and what rules say.</summary>
/// <remarks>
/// Each is written as a whole message first, and then taken apart like a server's: so the rules for all responses see
/// and change it, and the client's connection goes on where it can.
/// </remarks>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>Answers a request that is not forwarded, by the page of a status.</summary>
    private void Refuse(int status) => AnswerPage(status, challenge: null);

    private void AnswerMonitor(FrontendProgram program)
    {
        HttpExchange exchange = _exchange!;
        bool fails = false;
        foreach (Holdfast.HAProxy.Patterns.CompiledCondition condition in program.MonitorFail)
        {
            fails |= exchange.Subject is { } subject
                && condition.Evaluate(subject) == Holdfast.HAProxy.Patterns.AclAnswer.Pass;
        }
        _frontend.Counters.Add(TrafficCounter.Intercepted);
        MarkReceived();
        exchange.Times.IsLogged = true; // a load balancer's question is not worth a line
        exchange.End = exchange.End.By('L', 'R');
        Refuse(fails ? 503 : 200);
    }

    private void Answer(CompiledReply reply)
    {
        if (reply.PageSection is { } section && _frontend.Program.Sections.TryGetValue(section, out var pages)
            && pages.TryGetValue(reply.Status, out ErrorPage? page))
        {
            AnswerBy(page, reply.Status, challenge: null);
            return;
        }
        if (reply.IsPage || reply.PageSection is not null)
        {
            AnswerPage(reply.Status, reply.ChallengeName is null ? null : reply);
            return;
        }
        if (reply.Message is { Length: 0 })
        {
            EndWithoutAnswer(reply.Status);
            return;
        }
        if (!reply.TryWrite(_exchange!.Subject!, _frontend.Reply, out int written, out int body))
        {
            AnswerPage(500, challenge: null);
            return;
        }
        Respond(reply.Status, written, reply.Message is null ? body : -1);
    }

    private void Answer(CompiledRedirect redirect)
    {
        if (!redirect.TryWrite(_exchange!.Subject!, _frontend.Reply, out int written))
        {
            AnswerPage(500, challenge: null);
            return;
        }
        Respond(redirect.Status, written, bodyLength: 0);
    }

    /// <summary>The page of a status: the backend's, the frontend's, or the built-in one.</summary>
    private void AnswerPage(int status, CompiledReply? challenge)
    {
        if (FindPage(status) is { } page && (page.Message is not null || _exchange?.Subject is not null))
        {
            AnswerBy(page, status, challenge);
            return;
        }
        ReadOnlySpan<byte> message = _frontend.Errors.Of(status);
        message.CopyTo(_frontend.Reply);
        Respond(status, message.Length, bodyLength: -1, challenge);
    }

    private ErrorPage? FindPage(int status)
        => _backend.Backend.Program.Rules.ErrorPages.GetValueOrDefault(status)
            ?? _frontend.Program.Rules.ErrorPages.GetValueOrDefault(status);

    private void AnswerBy(ErrorPage page, int status, CompiledReply? challenge)
    {
        if (page.Reply is { IsPage: false, PageSection: null } reply)
        {
            Answer(reply);
        }
        else if (page.Message is { Length: > 0 } message && message.Length <= _frontend.Reply.Length)
        {
            message.CopyTo(_frontend.Reply, 0);
            Respond(status, message.Length, bodyLength: -1, challenge);
        }
        else
        {
            EndWithoutAnswer(status);
        }
    }

    /// <summary>An empty page: the connection ends without a word.</summary>
    private void EndWithoutAnswer(int status)
    {
        if (_exchange is { } exchange)
        {
            exchange.Times.Status = status;
            EndExchange();
        }
        End(isReset: false);
    }

    /// <summary>Sends what stands in the frontend's reply buffer.</summary>
    /// <param name="status">Its status, for counters.</param>
    /// <param name="length">Bytes of the message.</param>
    /// <param name="bodyLength">How many of them are body; -1: what is behind the head.</param>
    /// <param name="challenge">A field that is added; null: none.</param>
    private void Respond(int status, int length, int bodyLength, CompiledReply? challenge = null)
    {
        LeaveServer();
        HttpExchange? exchange = _exchange;
        if (exchange is null || exchange.Request.HeadLength == 0)
        {
            SendRaw(status, length);
            return;
        }
        ReadOnlySpan<byte> message = _frontend.Reply.AsSpan(0, length);
        H1Head head = exchange.Response;
        head.Reset();
        exchange.Source.UseOwn(_frontend.Reply, length);
        if (H1Parser.ParseResponse(message, head, exchange.Context).Outcome != H1Outcome.Done
            || (challenge is not null && !TryChallenge(head.On(message), challenge))
            || !RunAfterResponse(exchange, head, out bool hasNewStatus))
        {
            SendRaw(status, length);
            return;
        }
        PassOverBody(exchange);
        int body = bodyLength >= 0 ? bodyLength : length - head.HeadLength;
        bool isHead = exchange.Request.ReceivedMethod == RequestMethod.Head;
        bool hasBody = head.Status is not (204 or 304);
        bool saysClose = _request != HttpPhase.Complete || _closesAfterResponse || _frontend.IsDraining;
        bool keeps = !saysClose && !_clientEnded;
        WriteOptions options = new()
        {
            Version = H1Version.Http11,
            Body = hasBody ? BodyFraming.OfLength(body) : BodyFraming.None,
            LowerCaseNames = true,
            Connection = saysClose ? ConnectionField.Close
                : exchange.Request.Version == H1Version.Http10 ? ConnectionField.KeepAlive : ConnectionField.None,
        };
        if (!HeadWriter.TryWriteResponse(head.On(message), options, _frontend.Scratch, out int written))
        {
            SendRaw(status, length);
            return;
        }
        _frontend.Program.Rules.ClientCases?.Apply(_frontend.Scratch.AsSpan(0, written));
        // Logs and counters have the status of the event, not that of a page which an operator has put there.
        exchange.Times.Status = hasNewStatus ? head.Status : status;
        exchange.Times.BytesOut += HtxSize.Of(head.On(message))
            + (!hasBody ? HtxSize.EmptyLength : isHead ? 0 : body);
        if (_clientHasFailed)
        {
            End(isReset: true);
            return;
        }
        HttpOutput<TTransport> output = new(_loop, _client!);
        output.Put(_frontend.Scratch.AsSpan(0, written));
        output.Put(isHead || !hasBody ? [] : message[(length - body)..]);
        output.Flush();
        EndReply(keeps && !output.HasFailed);
    }

    private void EndReply(bool keeps)
    {
        _wait = RequestWait.None;
        if (!keeps)
        {
            CloseExchange();
            CloseWhenSent();
            return;
        }
        DropHeld();
        _response = HttpPhase.Complete;
        EndExchange();
        ArmClientTimer();
        WaitForRequest();
    }

    /// <summary>Answers somebody whose request could not be read.</summary>
    private void SendRaw(int status, int length)
    {
        if (_exchange is { } exchange)
        {
            exchange.Times.Status = status;
        }
        if (_clientHasFailed)
        {
            End(isReset: true);
            return;
        }
        HttpOutput<TTransport> output = new(_loop, _client!);
        output.Put(_frontend.Reply.AsSpan(0, length));
        output.Flush();
        CloseExchange();
        CloseWhenSent();
    }

    private static bool TryChallenge(HeadView view, CompiledReply challenge)
        => view.Add(challenge.ChallengeName, challenge.ChallengeValue) == EditResult.Done;

    /// <summary>Runs <c>http-after-response</c>, which sees every response that goes to a client.</summary>
    /// <returns>False: an edit has failed.</returns>
    private bool RunAfterResponse(HttpExchange exchange, H1Head head, out bool hasNewStatus)
    {
        int status = head.Status;
        hasNewStatus = false;
        ProxyRules back = _backend.Backend.Program.Rules;
        ProxyRules front = _frontend.Program.Rules;
        if ((back.HttpAfterResponse ?? front.HttpAfterResponse) is null || exchange.Subject is not { } subject)
        {
            return true;
        }
        subject.IsResponse = true;
        subject.ResponseHead = head;
        bool isGood = back.HttpAfterResponse is not { } rules || rules.Run(subject).Kind != VerdictKind.Failed;
        if (isGood && back != front && front.HttpAfterResponse is { } others)
        {
            isGood = others.Run(subject).Kind != VerdictKind.Failed;
        }
        hasNewStatus = head.Status != status;
        return isGood;
    }
}
