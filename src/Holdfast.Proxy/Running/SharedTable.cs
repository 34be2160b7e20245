using System.Collections.Concurrent;
using System.Security.Cryptography;
using Holdfast.Balancing.Tables;
using Holdfast.HAProxy.Samples;

namespace Holdfast.Proxy.Running;

/// <summary>A stick table of the process, with keys as expressions give them.</summary>
public sealed class SharedTable
{
    /// <summary>Servers by name or address have numbers here: a table stores numbers only.</summary>
    private readonly ConcurrentDictionary<string, long> _serverNumbers = new(StringComparer.Ordinal);

    /// <summary>Makes an empty table.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="settings">What it stores.</param>
    public SharedTable(string name, StickTableSettings settings)
    {
        Name = name;
        Span<byte> seed = stackalloc byte[2 * sizeof(ulong)];
        RandomNumberGenerator.Fill(seed);
        Table = new StickTable(settings, BitConverter.ToUInt64(seed), BitConverter.ToUInt64(seed[sizeof(ulong)..]));
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its entries.</summary>
    public StickTable Table { get; }

    /// <summary>The number of a server's name or address, the same for as long as the process runs.</summary>
    internal long NumberOf(string server)
        => _serverNumbers.TryGetValue(server, out long known) ? known
            : _serverNumbers.GetOrAdd(server, static (_, all) => all.Count + 1, _serverNumbers);

    /// <summary>Writes a value as a key.</summary>
    /// <param name="context">Its scratch memory holds what casting makes.</param>
    /// <param name="sample">The value.</param>
    /// <param name="key">As long as the table's keys.</param>
    /// <returns>False: it cannot be a key of this table.</returns>
    internal bool TryKey(RequestContext context, Sample sample, Span<byte> key)
    {
        StickTableSettings settings = Table.Settings;
        switch (settings.Type)
        {
            case StickKeyType.IPv4 or StickKeyType.IPv6:
                return Casts.TryTo(Config.HAProxy.Model.SampleType.Address, context, ref sample)
                    && StickKey.TryWrite(settings, sample.Address, key);
            case StickKeyType.Integer:
                if (!Casts.TryTo(Config.HAProxy.Model.SampleType.Integer, context, ref sample))
                {
                    return false;
                }
                StickKey.Write(sample.Integer, key);
                return true;
            case StickKeyType.String:
                if (!Casts.TryText(context, ref sample))
                {
                    return false;
                }
                StickKey.Write(settings, sample.Bytes, key);
                return !sample.Bytes.IsEmpty;
            default:
                if (!Casts.TryTo(Config.HAProxy.Model.SampleType.Binary, context, ref sample))
                {
                    return false;
                }
                StickKey.Write(settings, sample.Bytes, key);
                return true;
        }
    }
}
