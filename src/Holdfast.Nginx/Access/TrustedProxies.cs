using System.Buffers.Text;
using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Http.H1;
using Holdfast.Nginx.Maps;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Access;

/// <summary>A client as a proxy before us names it.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Port">Its port; 0: none was named.</param>
public readonly record struct ForwardedClient(IpAddress Address, int Port);

/// <summary><c>set_real_ip_from</c>, <c>real_ip_header</c>, <c>real_ip_recursive</c>: who the client really is.
/// </summary>
public sealed class TrustedProxies
{
    private static readonly byte[] s_trusted = [1];

    private readonly AddressRanges _networks = new();
    private readonly bool _trustsUnix;
    private readonly bool _isRecursive;
    private readonly bool _isList;
    private readonly byte[] _header;

    /// <summary>Compiles the directives of a place.</summary>
    /// <param name="settings">They; with one <c>set_real_ip_from</c> at least, or nothing is ever found.</param>
    /// <param name="resolve">The addresses of a host's name.</param>
    public TrustedProxies(AccessSettings settings, Func<string, IEnumerable<IpAddress>> resolve)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(resolve);
        UsesProxyProtocol = settings.RealIpHeader == "proxy_protocol";
        _header = Encoding.Latin1.GetBytes(settings.RealIpHeader);
        _isList = settings.RealIpHeader.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase);
        _isRecursive = settings.RealIpRecursive;
        foreach (string word in settings.RealIpFrom)
        {
            if (word == "unix:")
            {
                _trustsUnix = true;
                continue;
            }
            IEnumerable<IpPrefix> networks = IpPrefix.TryParse(word, out IpPrefix network) ? [network]
                : resolve(word).Select(IpPrefix.Host);
            foreach (IpPrefix one in networks)
            {
                _networks.Cover(one.Address.Mask(one.Length), AddressRanges.LastOf(one.Address, one.Length), s_trusted);
            }
        }
    }

    /// <summary>Whether the PROXY protocol names the client, and not a header.</summary>
    public bool UsesProxyProtocol { get; }

    /// <summary>Whether who is connected may name another client.</summary>
    public bool IsTrusted(IpAddress peer) => peer.IsNone ? _trustsUnix
        : _networks.Find(PlainAddress.Of(peer)) is not null;

    /// <summary>Looks for the client.</summary>
    /// <param name="head">The head of its request.</param>
    /// <param name="peer">Who is connected; none: through a Unix socket.</param>
    /// <param name="announced">Whom the PROXY protocol has named; none: nobody.</param>
    /// <param name="client">The client; of the PROXY protocol with its port.</param>
    /// <returns>False: it is who is connected.</returns>
    public bool TryFind(HeadView head, IpAddress peer, ForwardedClient announced, out ForwardedClient client)
    {
        client = new(peer, 0);
        if (UsesProxyProtocol)
        {
            client = announced;
            return !announced.Address.IsNone && IsTrusted(peer);
        }
        if (!_isList)
        {
            int first = head.Find(_header);
            return first >= 0 && Walk(head.ValueAt(first), ref client) != Step.Declined;
        }
        // Several lines are one list; who is asked for last stands last.
        bool isFound = false;
        for (int field = head.FindLast(_header); field >= 0; field = Before(head, field))
        {
            Step step = Walk(head.ValueAt(field), ref client);
            isFound |= step != Step.Declined;
            if (!_isRecursive || step != Step.Reached)
            {
                break;
            }
        }
        return isFound;
    }

    private enum Step
    {
        /// <summary>Nothing was taken.</summary>
        Declined,

        /// <summary>The first of the list was taken: what stands before it may go on.</summary>
        Reached,

        /// <summary>One was taken, and nothing before it counts.</summary>
        Done,
    }

    /// <summary>Goes through a list from its end, as long as who stands there is trusted.</summary>
    private Step Walk(ReadOnlySpan<byte> list, ref ForwardedClient client)
    {
        var step = Step.Declined;
        while (IsTrusted(client.Address))
        {
            list = list.TrimEnd(" ,"u8);
            int at = list.LastIndexOfAny((byte)' ', (byte)',');
            if (!TryParse(list[(at + 1)..], out ForwardedClient one))
            {
                return step;
            }
            client = one;
            if (!_isRecursive || at < 0)
            {
                return Step.Reached;
            }
            step = Step.Done;
            list = list[..at];
        }
        return step;
    }

    private int Before(HeadView head, int field)
    {
        int before = -1;
        for (int one = head.Find(_header); one >= 0 && one < field; one = head.Find(_header, one))
        {
            before = one;
        }
        return before;
    }

    /// <summary>Reads "a", "a:p" or "[a]:p".</summary>
    private static bool TryParse(ReadOnlySpan<byte> text, out ForwardedClient client)
    {
        if (AddressText.TryParse(text, out IpAddress address))
        {
            client = new(address, 0);
            return true;
        }
        client = default;
        bool isBracketed = text.StartsWith("["u8);
        int colon = isBracketed ? text.IndexOf("]:"u8) + 1 : text.IndexOf((byte)':');
        if (colon <= 0 || !Utf8Parser.TryParse(text[(colon + 1)..], out ushort port, out int used)
            || used != text.Length - colon - 1 || port == 0
            || !AddressText.TryParse(isBracketed ? text[1..(colon - 1)] : text[..colon], out address)
            || address.IsV6 != isBracketed)
        {
            return false;
        }
        client = new(address, port);
        return true;
    }
}
