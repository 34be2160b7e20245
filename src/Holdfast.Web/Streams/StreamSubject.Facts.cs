using Holdfast.Nginx.Limits;
using Holdfast.Nginx.Streams;
using Holdfast.Nginx.Texts;
using Holdfast.Primitives;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Tls;

namespace Holdfast.Web.Streams;

/// <summary>What variables are read from.</summary>
internal sealed partial class StreamSubject : IStreamFacts
{
    /// <summary>The client's connection, for facts of TLS; null: datagrams.</summary>
    internal Connection? Client { get; set; }

    /// <inheritdoc/>
    public IpAddress ClientAddress { get; private set; }

    /// <inheritdoc/>
    public int ClientPort { get; private set; }

    /// <inheritdoc/>
    public IpAddress LocalAddress { get; private set; }

    /// <inheritdoc/>
    public int LocalPort { get; private set; }

    /// <inheritdoc/>
    public long ConnectionNumber { get; private set; }

    /// <inheritdoc/>
    public long ConnectedAt => _beganAt;

    /// <inheritdoc/>
    public long Now => loop.Clock.UnixMilliseconds;

    /// <inheritdoc/>
    public int UtcOffset => loop.Clock.UtcOffset;

    /// <inheritdoc/>
    public int Status { get; private set; }

    /// <inheritdoc/>
    public long BytesSent { get; internal set; }

    /// <inheritdoc/>
    public bool IsUdp { get; private set; }

    /// <inheritdoc/>
    public long BytesReceived => BytesIn;

    /// <inheritdoc/>
    public ReadOnlySpan<byte> ServerName => Site.ServerName;

    /// <inheritdoc/>
    public IpAddress RealAddress { get; private set; }

    /// <inheritdoc/>
    public int RealPort { get; private set; }

    /// <inheritdoc/>
    public AnnouncedPair? Announced { get; internal set; }

    /// <inheritdoc/>
    public ReadOnlySpan<byte> LimitStatus => LimitStatuses.TextOf(_limitStatus);

    /// <inheritdoc/>
    public HelloFacts Hello => _hello;

    /// <inheritdoc/>
    public ReadOnlySpan<StreamTry> Tries => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tries);

    /// <inheritdoc/>
    public bool TryReadTls(string name, TextArena arena, out ReadOnlySpan<byte> value)
        => TlsVariables.TryRead(Client, name, arena, out value);
}
