using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Primitives;

namespace Holdfast.Proxy.HAProxy;

/// <summary>What is wrong with TLS, with the line in front as the original names it.</summary>
internal sealed class TlsProblems(TranslationProblems all)
{
    private string _line = "";

    /// <summary>How many there are of the present line.</summary>
    internal int Count { get; private set; }

    /// <summary>A bind line follows.</summary>
    internal void Begin(BindModel bind, ProxyModel proxy)
    {
        Count = 0;
        string kind = proxy.Kind.HasFlag(ProxyKind.Backend) ? "listen" : "frontend";
        string place = string.Join(',', bind.Endpoints.Select(
            static e => FormattableString.Invariant($"{e.Host}:{e.Port}")));
        _line = $"'bind {place}' in section '{kind}' : ";
    }

    /// <summary>A server line follows.</summary>
    internal void Begin(ServerModel server)
    {
        Count = 0;
        _line = $"'server {server.Name}' : ";
    }

    internal void Add(SourceSpan span, string message, string? help = null)
    {
        Count++;
        all.Add(span, _line + message, help, FindingCodes.TlsUnusable);
    }

    /// <summary>Reports what is without effect.</summary>
    internal void Warn(SourceSpan span, string message) => all.Warn(span, _line + message);
}
