using System.Collections.Immutable;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Texts;
using Holdfast.Web.Http.Content;
using Holdfast.Web.Http.Filters;
using Holdfast.Web.Http.Sessions;
using Holdfast.Web.Http.Steps;
using Holdfast.Web.Logs;

namespace Holdfast.Web.Http.Places;

/// <summary>What holds at a place, ready for requests: figures, steps, filters, handlers. Made once, at load.</summary>
internal sealed class PlaceProgram
{
    private readonly CoreSettings _core;

    internal PlaceProgram(HttpSettings settings, ReadOnlyMemory<byte> signature)
    {
        CoreSettings core = _core = settings.Core;
        Signature = signature;
        BodyMax = core.ClientMaxBodyBytes;
        BodyMemoryMax = core.ClientBodyBufferBytes;
        BodyTimeout = (long)core.ClientBodyTimeout.TotalMilliseconds;
        SendTimeout = (long)core.SendTimeout.TotalMilliseconds;
        KeepAliveTimeout = (long)core.KeepAliveTimeout.TotalMilliseconds;
        KeepAliveSeconds = core.KeepAliveHeader is { } shown ? (int)shown.TotalSeconds : -1;
        IsInternal = core.IsInternal;
        Chunks = core.Chunks;
        HasRecursiveErrorPages = core.RecursiveErrorPages;
        HasAbsoluteRedirects = core.AbsoluteRedirect;
        PutsServerNameInRedirects = core.ServerNameInRedirect;
        PutsPortInRedirects = core.PortInRedirect;
        ResetsTimedOut = core.ResetsTimedOut;
        PadsForMsie = settings.Nearest("msie_padding") is not [.., { Count: > 0 } last] || last[0] != "off";
    }

    /// <summary>What the field Server says.</summary>
    internal ReadOnlyMemory<byte> Signature { get; }

    /// <summary><c>client_max_body_size</c>; 0: no limit.</summary>
    internal long BodyMax { get; }

    /// <summary><c>client_body_buffer_size</c></summary>
    internal long BodyMemoryMax { get; }

    /// <summary><c>client_body_timeout</c> in milliseconds.</summary>
    internal long BodyTimeout { get; }

    /// <summary><c>send_timeout</c> in milliseconds.</summary>
    internal long SendTimeout { get; }

    /// <summary><c>keepalive_timeout</c> in milliseconds; 0: connections are closed.</summary>
    internal long KeepAliveTimeout { get; }

    /// <summary>What a field Keep-Alive says; −1: there is none.</summary>
    internal int KeepAliveSeconds { get; }

    /// <summary><c>internal</c></summary>
    internal bool IsInternal { get; }

    /// <summary><c>chunked_transfer_encoding</c></summary>
    internal bool Chunks { get; }

    /// <summary><c>recursive_error_pages</c></summary>
    internal bool HasRecursiveErrorPages { get; }

    /// <summary><c>absolute_redirect</c></summary>
    internal bool HasAbsoluteRedirects { get; }

    /// <summary><c>server_name_in_redirect</c></summary>
    internal bool PutsServerNameInRedirects { get; }

    /// <summary><c>port_in_redirect</c></summary>
    internal bool PutsPortInRedirects { get; }

    /// <summary><c>reset_timedout_connection</c></summary>
    internal bool ResetsTimedOut { get; }

    /// <summary><c>msie_padding</c></summary>
    internal bool PadsForMsie { get; }

    /// <summary><c>error_page</c></summary>
    internal ErrorPageProgram[] ErrorPages { get; set; } = [];

    /// <summary>What comes before the content.</summary>
    internal PlaceStep[] Steps { get; set; } = [];

    /// <summary><c>set_real_ip_from</c>, which a server has done before anything else; null: there is none.</summary>
    internal PlaceStep? RealAddress => Steps is [RealAddressStep first, ..] ? first : null;

    /// <summary>What answers.</summary>
    internal ContentHandler Content { get; set; } = null!;

    /// <summary>What sees the head of an answer, in order.</summary>
    internal HeadFilter[] Filters { get; set; } = [];

    /// <summary><c>access_log</c></summary>
    internal AccessLogProgram[] Logs { get; set; } = [];

    /// <summary><c>error_log</c></summary>
    internal ErrorSink Errors { get; set; } = ErrorSink.None;

    /// <summary>Files: where they are, and of what type.</summary>
    internal FilePlace Files { get; set; } = null!;

    /// <summary>Whether a connection may go on behind a request.</summary>
    internal bool AllowsKeepAlive(ClientSession session, long now) => KeepAliveTimeout > 0
        && session.RequestCount < _core.KeepAliveRequests
        && now - session.ConnectedAt <= (long)_core.KeepAliveTime.TotalMilliseconds;

    /// <summary>The type of what has the request's path.</summary>
    internal ReadOnlyMemory<byte> TypeOf(Request request) => Files.TypeOf(request.Path.Span);
}

/// <summary>A line of <c>error_page</c>, ready.</summary>
/// <param name="Statuses">Statuses that it is for.</param>
/// <param name="Answer">Status of the answer; −1: that of the error; 0: that of whatever answers.</param>
/// <param name="Uri">Where to.</param>
internal sealed record ErrorPageProgram(ImmutableArray<int> Statuses, int Answer, CompiledText Uri);
