using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.HAProxy;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Proxy.HAProxy;

namespace Holdfast.Runtime.Proxy;

/// <summary>
/// A validated haproxy.cfg on its way from the supervisor to its proxy process: the texts of all files, what host names
/// were found to be, and how many processors there are. Both ends parse and translate the same, so they agree in
/// every listener.
/// </summary>
/// <param name="Paths">The files, as the daemon names them.</param>
/// <param name="AcceptsLoss">Whether words that are not supported only warn.</param>
/// <param name="LocalPeer">Name of the local peer; null: not given.</param>
/// <param name="Files">Their texts.</param>
/// <param name="Hosts">Addresses of host names, by <see cref="HostKey"/>.</param>
/// <param name="ProcessorCount">For <c>nbthread</c>'s default.</param>
public sealed record ProxySnapshot(
    ImmutableArray<string> Paths, bool AcceptsLoss, string? LocalPeer, ConfigSnapshot Files,
    ImmutableSortedDictionary<string, IpAddress> Hosts, int ProcessorCount)
{
    /// <summary>No snapshot is larger: a bound for the reader.</summary>
    public const int SizeMax = 64 << 20;

    private const int Absent = -1;
    private const uint Magic = 0x48465031; // "HFP1"

    /// <summary>Certificates and keys.</summary>
    public TlsFileSet TlsFiles { get; init; } = TlsFileSet.Empty;

    /// <summary>What the process before knows of servers: the lines of a state file. Default: nothing.</summary>
    public string State { get; init; } = "";

    /// <summary>How a host name is kept, together with the family that was asked for.</summary>
    public static string HostKey(string name, int family) => FormattableString.Invariant($"{family}/{name}");

    /// <summary>Parses and translates it.</summary>
    /// <exception cref="InvalidDataException">It was not found good before.</exception>
    public ProxyTranslation Translate()
    {
        HAProxyParseResult parsed = HAProxyParser.Parse(Paths, Files, new HAProxyParseOptions
        {
            AcceptLoss = AcceptsLoss,
            LocalPeer = LocalPeer,
            IsToRun = true,
        });
        if (parsed.HasErrors)
        {
            throw new InvalidDataException("This configuration was not found good.");
        }
        TranslationFacts facts = ProxyIdentity.FactsOf(ProcessorCount, Resolve) with { TlsFiles = TlsFiles };
        return ProxyTranslator.Translate(parsed.Model, facts);
    }

    /// <summary>Writes it for a sealed memfd.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Paths.Length);
        foreach (string path in Paths)
        {
            writer.Write(path);
        }
        writer.Write(AcceptsLoss);
        writer.Write(LocalPeer is not null);
        writer.Write(LocalPeer ?? "");
        writer.Write(ProcessorCount);
        writer.Write(Hosts.Count);
        foreach ((string key, IpAddress address) in Hosts)
        {
            writer.Write(key);
            writer.Write(address.ToString());
        }
        byte[] texts = Files.ToBytes();
        writer.Write(texts.Length);
        writer.Write(texts);
        Write(writer, TlsFiles);
        writer.Write(State);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static ProxySnapshot FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
        {
            throw new InvalidDataException("This is not a snapshot of a haproxy.cfg.");
        }
        ImmutableArray<string>.Builder paths = ImmutableArray.CreateBuilder<string>();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            paths.Add(reader.ReadString());
        }
        bool acceptsLoss = reader.ReadBoolean();
        bool hasPeer = reader.ReadBoolean();
        string peer = reader.ReadString();
        int processors = reader.ReadInt32();
        var hosts = ImmutableSortedDictionary.CreateBuilder<string, IpAddress>(StringComparer.Ordinal);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            hosts[reader.ReadString()] = IpAddress.Parse(reader.ReadString());
        }
        ConfigSnapshot files = ConfigSnapshot.FromBytes(reader.ReadBytes(reader.ReadInt32()));
        return new ProxySnapshot(
            paths.ToImmutable(), acceptsLoss, hasPeer ? peer : null, files, hosts.ToImmutable(), processors)
        {
            TlsFiles = ReadTlsFiles(reader),
            State = reader.ReadString(),
        };
    }

    private static void Write(BinaryWriter writer, TlsFileSet set)
    {
        writer.Write(set.Files.Count);
        foreach ((string path, byte[]? bytes) in set.Files)
        {
            writer.Write(path);
            writer.Write(bytes?.Length ?? Absent);
            writer.Write(bytes ?? []);
        }
        writer.Write(set.Directories.Count);
        foreach ((string path, ImmutableArray<string>? names) in set.Directories)
        {
            writer.Write(path);
            writer.Write(names?.Length ?? Absent);
            foreach (string name in names ?? [])
            {
                writer.Write(name);
            }
        }
    }

    private static TlsFileSet ReadTlsFiles(BinaryReader reader)
    {
        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]?>(StringComparer.Ordinal);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            string path = reader.ReadString();
            int length = reader.ReadInt32();
            files[path] = length < 0 ? null : reader.ReadBytes(length);
        }
        var directories = ImmutableSortedDictionary.CreateBuilder<string, ImmutableArray<string>?>(
            StringComparer.Ordinal);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            string path = reader.ReadString();
            int count = reader.ReadInt32();
            directories[path] = count < 0 ? null
                : [.. Enumerable.Range(0, count).Select(_ => reader.ReadString())];
        }
        return new TlsFileSet(files.ToImmutable(), directories.ToImmutable());
    }

    private IpAddress? Resolve(string name, int family)
        => Hosts.TryGetValue(HostKey(name, family), out IpAddress address) ? address : null;
}
