namespace Holdfast.HAProxy.Samples;

/// <summary>How much the variables of a connection may take together, in bytes; 0: as much as they want.</summary>
/// <remarks>
/// Counted as HAProxy 2.6 does on machines of 64 bits: 80 bytes for each variable, and its text. Those that live
/// shorter count for those that live longer, too.
/// </remarks>
/// <param name="Session">All of them: <c>tune.vars.sess-max-size</c>.</param>
/// <param name="Transaction">Those of a request and its response: <c>tune.vars.txn-max-size</c>.</param>
/// <param name="OneWay">Those of either: <c>tune.vars.reqres-max-size</c>.</param>
public sealed record VariableLimits(long Session, long Transaction, long OneWay)
{
    internal const int VariableSize = 80;

    internal bool Allow(VariableScope scope, long session, long transaction, long oneWay)
        => (Session == 0 || session <= Session)
            && (Transaction == 0 || scope == VariableScope.Session || transaction <= Transaction)
            && (OneWay == 0 || scope is VariableScope.Session or VariableScope.Transaction || oneWay <= OneWay);
}
