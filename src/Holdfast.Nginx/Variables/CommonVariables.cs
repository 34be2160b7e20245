using System.Text;
using Holdfast.Nginx.Requests;
using Holdfast.Primitives;

namespace Holdfast.Nginx.Variables;

/// <summary>Variables of connections and of time, which http and stream have alike.</summary>
internal static class CommonVariables
{
    private delegate ReadOnlySpan<byte> Reader(Request request);

    private static readonly byte[] s_hostname = Encoding.UTF8.GetBytes(Environment.MachineName.ToLowerInvariant());

    private static readonly Dictionary<string, Reader> s_always = new(StringComparer.Ordinal)
    {
        ["hostname"] = static _ => s_hostname,
        ["remote_addr"] = static r => Figures.Address(r, r.Connection.ClientAddress),
        ["remote_port"] = static r => Port(r, r.Connection.ClientPort),
        ["server_addr"] = static r => Figures.Address(r, r.Connection.LocalAddress),
        ["server_port"] = static r => Port(r, r.Connection.LocalPort),
        ["binary_remote_addr"] = static r => Binary(r, r.Connection.ClientAddress),
        ["connection"] = static r => Figures.Number(r, r.Connection.ConnectionNumber),
        ["bytes_sent"] = static r => Figures.Number(r, r.Connection.BytesSent),
        ["status"] = static r => Figures.Padded(r, r.Connection.Status, 3),
        ["msec"] = static r => Figures.Seconds(r, r.Connection.Now),
        ["time_local"] = static r => Figures.Time(r, isIso: false),
        ["time_iso8601"] = static r => Figures.Time(r, isIso: true),
        ["pid"] = static r => Figures.Number(r, Environment.ProcessId),
    };

    internal static VariableReader? Find(string name)
    {
        if (!s_always.TryGetValue(name, out Reader? reader))
        {
            return null;
        }
        return (request, out isFound) =>
        {
            isFound = true;
            return reader(request);
        };
    }

    internal static ReadOnlySpan<byte> Port(Request request, int port)
        => port == 0 ? default : Figures.Number(request, port);

    private static ReadOnlySpan<byte> Binary(Request request, IpAddress address)
    {
        if (address.IsNone)
        {
            return "unix:"u8;
        }
        Span<byte> bytes = stackalloc byte[16];
        return request.Arena.Keep(bytes[..address.CopyTo(bytes)]);
    }
}
