using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.LogFormats;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Primitives;
using Holdfast.Proxy.Programs;

namespace Holdfast.Proxy.Http;

/// <summary>Fields that options add to requests: the id, and addresses of the client's connection.</summary>
internal sealed partial class HttpSession<TTransport>
{
    private const int AddressTextMax = 64;

    /// <returns>False when there is no room in the head.</returns>
    private bool AddOwnFields(RequestContext subject, HeadView view)
    {
        FrontendProgram program = _frontend.Program;
        if (program.UniqueIdHeader is { } header
            && UniqueIds.TryGet(program.UniqueId, subject, out ReadOnlySpan<byte> id)
            && view.Add(header, id) != EditResult.Done)
        {
            return false;
        }
        ProxyRules front = program.Rules;
        ProxyRules back = _backend.Backend.Program.Rules;
        bool isOther = back != front;
        return TryAddAddress(view, subject.Client.Source, front.ForwardedFor, isOther ? back.ForwardedFor : null)
            && TryAddAddress(view, subject.Client.Destination, front.OriginalTo, isOther ? back.OriginalTo : null);
    }

    /// <summary>
    /// Either side's wish adds it, unless both say "if-none" and there is one; a backend's own name of it wins.
    /// </summary>
    private static bool TryAddAddress(
        HeadView view, IpAddress address, ForwardedForModel? front, ForwardedForModel? back)
    {
        if ((front ?? back) is not { } one || address.IsNone
            || (front?.Except is { } notFront && notFront.Contains(address))
            || (back?.Except is { } notBack && notBack.Contains(address)))
        {
            return true;
        }
        string header = back is { HasOwnHeader: true } ? back.Header : one.Header;
        Span<byte> name = stackalloc byte[Math.Min(header.Length, 256)];
        _ = System.Text.Encoding.Latin1.GetBytes(header.AsSpan(0, name.Length), name);
        bool ifNone = (front is null || front.IfNone) && (back is null || back.IfNone);
        if (ifNone && view.Find(name) >= 0)
        {
            return true;
        }
        Span<byte> buffer = stackalloc byte[AddressTextMax];
        LogWriter text = new(buffer);
        text.PutAddress(address);
        return view.Add(name, buffer[..text.Length]) == EditResult.Done;
    }

    /// <summary>Whether the server's connection ends with the response.</summary>
    private bool ClosesServer => Mode != ConnectionMode.KeepAlive;

    /// <summary>What becomes of connections: the stronger of both sides' wishes.</summary>
    private ConnectionMode Mode
    {
        get
        {
            ConnectionMode front = _frontend.Program.Rules.ConnectionMode;
            ConnectionMode back = _backend.Backend.Program.Rules.ConnectionMode;
            return front > back ? front : back;
        }
    }
}
