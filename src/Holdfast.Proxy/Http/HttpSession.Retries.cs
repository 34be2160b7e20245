using Holdfast.Balancing.Retries;
using Holdfast.Health.Servers;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

/// <summary>What follows when a server fails: again, elsewhere, or an error.</summary>
internal sealed partial class HttpSession<TTransport>
{
    /// <summary>The server that the next attempt goes to after its wait.</summary>
    private Server? _retryOn;

    /// <summary>The server that is left for another one, until that is chosen; null: it is stayed with.</summary>
    private Server? _movesFrom;

    /// <summary>What is tried again, as the backend says, or a rule of this request.</summary>
    private RetrySettings Retrying(BackendProgram program)
        => _exchange?.Subject is { RetriesMax: >= 0 and var most } ? program.Retry with { Retries = most }
            : program.Retry;

    /// <summary>An attempt has failed before the client got anything: again, elsewhere, or an error.</summary>
    /// <param name="cause">Why it failed.</param>
    /// <param name="status">What the client is told if it was the last attempt.</param>
    /// <param name="who">The letters of the log for that case.</param>
    /// <param name="phase">The second one.</param>
    /// <param name="isSynchronous">Whether the kernel has refused at once.</param>
    private void RetryOrFail(RetryCauses cause, int status, char who, char phase, bool isSynchronous = false)
    {
        Server failed = _chosen!;
        Observe(failed, cause);
        HttpExchange exchange = _exchange!;
        BackendProgram program = _backend.Backend.Program;
        bool isConnection = cause == RetryCauses.ConnectionFailure;
        RetryDecision decision = CanSendAgain() ? RetryRules.Decide(Retrying(program), new RetrySituation
        {
            Cause = cause,
            FailedBefore = exchange.Times.Retries,
            IsReplayable = _isRetryable && !exchange.Times.IsRetryForbidden,
            IsPersistent = _persistent is not null,
            IsForced = _isForced,
            IsServerRunning = failed.Balanced.TakesPersistentWork,
            IsHashed = program.Key is not null,
            ActiveServers = _backend.Backend.Pool.View.UsedCount,
            IsSynchronous = isSynchronous,
            WasReused = _isReused,
        }) : default;
        if (cause >= RetryCauses.Status401)
        {
            LeaveServer(); // it has answered, if not what was hoped for
        }
        else
        {
            LetServerGo();
        }
        if (decision.Action == RetryAction.GiveUp)
        {
            CountFailure(failed, isConnection);
            Fail(status, who, phase, isStale: _isReused && cause == RetryCauses.EmptyResponse);
            return;
        }
        exchange.Times.Retries++;
        exchange.Response.Reset();
        exchange.Times.Answered = exchange.Times.Connected = 0;
        if (cause == RetryCauses.JunkResponse)
        {
            CountFailure(failed, isConnection: false);
        }
        if (!isConnection)
        {
            // As HAProxy does: once for the response, and once for the attempt that follows.
            _backend.CountRetry(failed);
        }
        if (decision.Action == RetryAction.Redispatch)
        {
            _persistent = null;
            _movesFrom = failed; // whether that becomes a retry or a redispatch, the choice says
        }
        else
        {
            _backend.CountRetry(failed);
        }
        _retryOn = failed;
        if (decision.Delay == TimeSpan.Zero)
        {
            TryAgain();
            return;
        }
        _isWaitingToRetry = true;
        _retry ??= new RetryTimer(this);
        _loop.State.Timers.Set(_retry, _loop.State.Now + (long)decision.Delay.TotalMilliseconds);
    }

    /// <summary>Tells who observes the server's traffic; statuses were told with the response.</summary>
    private static void Observe(Server failed, RetryCauses cause)
    {
        switch (cause)
        {
            case RetryCauses.ConnectionFailure:
                failed.Observe(ObservedResult.ConnectFailed);
                break;
            case RetryCauses.EmptyResponse:
                failed.Observe(ObservedResult.NoResponse);
                break;
            case RetryCauses.JunkResponse:
                failed.Observe(ObservedResult.BadResponse);
                break;
            case RetryCauses.ResponseTimeout:
                failed.Observe(ObservedResult.ResponseTimeout);
                break;
            default:
                break;
        }
    }

    private void CountFailure(Server failed, bool isConnection)
    {
        TrafficCounter counter = isConnection ? TrafficCounter.ConnectionErrors : TrafficCounter.ResponseErrors;
        _backend.Counters.Add(counter);
        _backend.CountersOf(failed).Add(counter);
    }

    /// <summary>Whether all that was sent so far is still in hand.</summary>
    private bool CanSendAgain() => _held > 0;

    private void Moved(Server from, Server to)
    {
        _movesFrom = null;
        if (_backend.CountMove(from, to))
        {
            _exchange!.Times.IsRedispatched = true;
            LeaveCookiesServer();
        }
    }

    private void Retry()
    {
        if (_isWaitingToRetry)
        {
            _isWaitingToRetry = false;
            TryAgain();
        }
    }

    private void TryAgain()
    {
        if (_movesFrom is { } from)
        {
            FindServer(from);
            return;
        }
        Admit(_retryOn!, isBalanced: false);
    }
}
