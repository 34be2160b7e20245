using Holdfast.Primitives;

namespace Holdfast.Health.Servers;

/// <summary>Which traffic a server is judged by: <c>observe</c>.</summary>
public enum ObservedLayer
{
    /// <summary>None.</summary>
    None,

    /// <summary><c>layer4</c>: whether connections are made.</summary>
    Layer4,

    /// <summary><c>layer7</c>: connections, and what is answered.</summary>
    Layer7,
}

/// <summary>What follows from too many errors in a row: <c>on-error</c>.</summary>
public enum ErrorReaction
{
    /// <summary><c>fail-check</c>: as if a check had failed.</summary>
    FailCheck,

    /// <summary><c>fastinter</c>: the next check comes sooner.</summary>
    FastInterval,

    /// <summary><c>sudden-death</c>: as if a check had failed, and one more failure is the last.</summary>
    SuddenDeath,

    /// <summary><c>mark-down</c>: down at once.</summary>
    MarkDown,
}

/// <summary>What traffic has shown of a server.</summary>
public enum ObservedResult
{
    /// <summary>A connection was made.</summary>
    Connected,

    /// <summary>A connection was not made.</summary>
    ConnectFailed,

    /// <summary>A response that is the server's duty: any status but those of <see cref="ServerErrorStatus"/>.
    /// </summary>
    GoodResponse,

    /// <summary>A status of 500 and more, without 501 and 505, which any client can provoke.</summary>
    ServerErrorStatus,

    /// <summary>Something that is no response, or one that breaks off.</summary>
    BadResponse,

    /// <summary>No response in time.</summary>
    ResponseTimeout,

    /// <summary>The connection has ended without a response.</summary>
    NoResponse,
}

/// <summary>How a server is observed. Names and defaults: haproxy.cfg.</summary>
/// <param name="Layer">What is looked at. Default: nothing.</param>
/// <param name="ErrorLimit"><c>error-limit</c>: errors in a row that are too many. Default 10, at least 1.</param>
/// <param name="Reaction">What follows. Default: a failed check.</param>
public sealed record ErrorObserverModel(
    ObservedLayer Layer = ObservedLayer.None, int ErrorLimit = 10, ErrorReaction Reaction = ErrorReaction.FailCheck);

/// <summary>Judges a server by its traffic (passive health).</summary>
public static class ErrorObserver
{
    /// <summary>What a status says.</summary>
    public static ObservedResult ResultOf(int status)
        => status is >= 100 and < 500 or 501 or 505 ? ObservedResult.GoodResponse : ObservedResult.ServerErrorStatus;

    /// <summary>Whether a result is an error of the server, or clears the count; null: it does not matter.</summary>
    public static bool? IsError(ObservedLayer layer, ObservedResult result) => (layer, result) switch
    {
        (ObservedLayer.None, _) => null,
        (_, ObservedResult.ConnectFailed) => true,
        (ObservedLayer.Layer4, ObservedResult.Connected) => false,
        (ObservedLayer.Layer4, _) or (_, ObservedResult.Connected) => null,
        (_, ObservedResult.GoodResponse) => false,
        _ => true,
    };

    /// <summary>A result in the words of HAProxy's reports.</summary>
    public static string TextOf(ObservedResult result) => result switch
    {
        ObservedResult.Connected => "L4 successful connection",
        ObservedResult.ConnectFailed => "L4 unsuccessful connection",
        ObservedResult.GoodResponse => "Correct http response",
        ObservedResult.ServerErrorStatus => "Wrong http response",
        ObservedResult.BadResponse => "Invalid http response (headers)",
        ObservedResult.ResponseTimeout => "Read timeout (http)",
        _ => "Close from server (http)",
    };

    /// <summary>Counts a result.</summary>
    /// <param name="model">How the server is observed.</param>
    /// <param name="errors">Errors in a row so far. One thread at a time; each may have its own.</param>
    /// <param name="result">The result.</param>
    /// <returns>Whether that was one too many; the count begins anew.</returns>
    public static bool Observe(ErrorObserverModel model, ref int errors, ObservedResult result)
    {
        ArgumentNullException.ThrowIfNull(model);
        bool? failed = IsError(model.Layer, result);
        errors = failed switch
        {
            true => errors + 1,
            false => 0,
            null => errors,
        };
        if (failed != true || errors < model.ErrorLimit)
        {
            return false;
        }
        errors = 0;
        return true;
    }

    /// <summary>Does to the check's state what too many errors mean.</summary>
    /// <returns><see cref="ServerCheckOutput.WentDown"/>, or nothing. <see cref="ServerCheckState.Due"/> may be
    /// earlier: with <c>fastinter</c> the next check comes after that.</returns>
    public static ServerCheckOutput React(
        ServerCheckModel check, ErrorReaction reaction, ref ServerCheckState state, MonotonicTime now)
    {
        ArgumentNullException.ThrowIfNull(check);
        if (state.IsSuspended)
        {
            return ServerCheckOutput.None;
        }
        bool wasUp = ServerCheckMachine.IsUp(check, state);
        int health = reaction switch
        {
            ErrorReaction.MarkDown => Math.Min(state.Health, check.Rise),
            ErrorReaction.SuddenDeath => Math.Min(state.Health, check.Rise + 1),
            _ => state.Health,
        };
        if (reaction != ErrorReaction.FastInterval)
        {
            state.Health = health > check.Rise ? health - 1 : 0;
        }
        bool isUp = ServerCheckMachine.IsUp(check, state);
        state.IsWithoutNewWork &= isUp;
        if (check.FastInterval is { } fast && !state.IsRunning)
        {
            state.Due = MonotonicTime.Min(state.Due, now + fast);
        }
        return wasUp && !isUp ? ServerCheckOutput.WentDown : ServerCheckOutput.None;
    }
}
