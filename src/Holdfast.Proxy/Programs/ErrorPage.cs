using Holdfast.HAProxy.Rules;

namespace Holdfast.Proxy.Programs;

/// <summary>What answers a status: one of the two.</summary>
/// <param name="Message">A whole message, sent as it is; empty: the connection ends without a word.</param>
/// <param name="Reply">An answer with variables (http-error).</param>
public sealed record ErrorPage(byte[]? Message = null, CompiledReply? Reply = null);
