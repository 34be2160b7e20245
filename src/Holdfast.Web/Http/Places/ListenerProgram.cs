using System.Collections.Frozen;
using Holdfast.Config.Nginx.Model;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Servers;
using Holdfast.Nginx.Sites;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;

namespace Holdfast.Web.Http.Places;

/// <summary>A server with what the listener needs of it before a location is known.</summary>
internal sealed class SiteProgram
{
    internal SiteProgram(Site site, HttpServer server)
    {
        CoreSettings core = server.Settings.Core;
        Site = site;
        Server = server;
        HeadTimeout = (long)core.ClientHeaderTimeout.TotalMilliseconds;
        HeadBytesMax = (int)Math.Min(HeadBytesBound, core.ClientHeaderBufferBytes
            + (core.LargeClientHeaderBuffers.Count * core.LargeClientHeaderBuffers.SizeBytes));
        MergesSlashes = core.MergesSlashes;
        AllowsUnderscores = core.AllowsUnderscores;
        Verify = server.Settings.Tls.VerifyClient switch
        {
            "on" => ClientVerify.Required,
            "optional" => ClientVerify.Optional,
            "optional_no_ca" => ClientVerify.WithoutAuthority,
            _ => ClientVerify.None,
        };
    }

    private const long HeadBytesBound = 1 << 20;

    /// <summary>The server, compiled.</summary>
    internal Site Site { get; }

    /// <summary>As it was configured.</summary>
    internal HttpServer Server { get; }

    /// <summary><c>client_header_timeout</c> in milliseconds.</summary>
    internal long HeadTimeout { get; }

    /// <summary>What is demanded of clients' certificates.</summary>
    internal ClientVerify Verify { get; }

    /// <summary>The largest head of a request.</summary>
    internal int HeadBytesMax { get; }

    /// <summary><c>underscores_in_headers</c></summary>
    internal bool AllowsUnderscores { get; }

    /// <summary><c>merge_slashes</c></summary>
    internal bool MergesSlashes { get; }
}

/// <summary>The servers of one address.</summary>
/// <param name="names">By name.</param>
/// <param name="default">For all other names; what holds before the name is known.</param>
/// <param name="regexes">Those among the names, with their variables.</param>
internal sealed class AddressProgram(ServerNames<SiteProgram> names, SiteProgram @default,
    Dictionary<IRegex, CompiledRegex> regexes)
{
    /// <summary>The server that a request names.</summary>
    internal SiteProgram Find(Request request)
    {
        SiteProgram? found = Names.FindNamed(request.HostName.Span, request.Captures, out IRegex? by);
        if (by is not null)
        {
            regexes[by].NoteNames(request);
        }
        return found ?? Default;
    }

    /// <summary>By name.</summary>
    internal ServerNames<SiteProgram> Names { get; } = names;

    /// <summary>For all other names.</summary>
    internal SiteProgram Default { get; } = @default;

    /// <summary><c>listen … ssl</c>: certificates; null: clients speak plainly.</summary>
    internal TlsSites? Tls { get; init; }

    /// <summary><c>listen … proxy_protocol</c></summary>
    internal bool HasProxyProtocol { get; init; }
}

/// <summary>A socket that is listened on: one that takes clients of all addresses may have others within.</summary>
/// <param name="default">For addresses that have no servers of their own.</param>
/// <param name="others">Those that have.</param>
internal sealed class ListenerProgram(
    AddressProgram @default, IReadOnlyDictionary<IpAddress, AddressProgram> others)
{
    private readonly FrozenDictionary<IpAddress, AddressProgram> _others = others.ToFrozenDictionary();

    /// <summary>For addresses that have no servers of their own.</summary>
    internal AddressProgram Default { get; } = @default;

    /// <summary>Whether the client's own address need not be asked for.</summary>
    internal bool IsSimple => _others.Count == 0;

    /// <summary>The servers of an address.</summary>
    internal AddressProgram Of(IpAddress address) => _others.GetValueOrDefault(address, Default);
}
