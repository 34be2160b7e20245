using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.Keepalived;
using Holdfast.Config.Text;

namespace Holdfast.Runtime.Vrrp;

/// <summary>
/// A validated configuration on its way from the supervisor to its children: the texts of all files and the options
/// they were read with. Both ends run the same pure parser, so they agree in every index.
/// </summary>
public static class KeepalivedSnapshot
{
    /// <summary>No snapshot is larger: a bound for the reader.</summary>
    public const int SizeMax = 64 << 20;

    private const uint Magic = 0x48464B31; // "HFK1"

    /// <summary>Writes a snapshot for a sealed memfd.</summary>
    public static byte[] Write(string path, KeepalivedParseOptions options, ConfigSnapshot files)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(path);
        writer.Write(options.ConfigId is not null);
        writer.Write(options.ConfigId ?? "");
        writer.Write(options.StrictIncludes);
        writer.Write(options.AcceptLoss);
        writer.Write(options.InstanceName is not null);
        writer.Write(options.InstanceName ?? "");
        writer.Write(options.RandomSeed);
        writer.Write(options.RouteNames.Count);
        foreach ((string name, uint number) in options.RouteNames)
        {
            writer.Write(name);
            writer.Write(number);
        }
        byte[] texts = files.ToBytes();
        writer.Write(texts.Length);
        writer.Write(texts);
        writer.Write((byte)options.Parts);
        writer.Write(options.RuleFiles.Length); // behind all else: older snapshots end before it
        foreach (string file in options.RuleFiles)
        {
            writer.Write(file);
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Parses a snapshot again.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static KeepalivedParseResult Parse(byte[] bytes) => Read(bytes).Parse();

    /// <summary>Reads what <see cref="Write"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static Content Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
        {
            throw new InvalidDataException("This is not a snapshot of a keepalived.conf.");
        }
        string path = reader.ReadString();
        string? configId = ReadOptional(reader);
        bool strictIncludes = reader.ReadBoolean();
        bool acceptLoss = reader.ReadBoolean();
        string? instance = ReadOptional(reader);
        ulong seed = reader.ReadUInt64();
        ImmutableDictionary<string, uint>.Builder names = ImmutableDictionary.CreateBuilder<string, uint>();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            names[reader.ReadString()] = reader.ReadUInt32();
        }
        ConfigSnapshot files = ConfigSnapshot.FromBytes(reader.ReadBytes(reader.ReadInt32()));
        // A program of before, which an upgrade replaces, ends here; and it does not look further.
        int parts = reader.BaseStream.ReadByte();
        ImmutableArray<string>.Builder rules = ImmutableArray.CreateBuilder<string>();
        bool hasRules = reader.BaseStream.Position < reader.BaseStream.Length;
        for (int left = hasRules ? reader.ReadInt32() : 0; left > 0; left--)
        {
            rules.Add(reader.ReadString());
        }
        return new Content(path, new KeepalivedParseOptions
        {
            ConfigId = configId,
            StrictIncludes = strictIncludes,
            AcceptLoss = acceptLoss,
            InstanceName = instance,
            RandomSeed = seed,
            RouteNames = names.ToImmutable(),
            Parts = parts < 0 ? DaemonParts.All : (DaemonParts)parts,
            RuleFiles = rules.ToImmutable(),
        }, files);
    }

    /// <summary>What a snapshot holds.</summary>
    /// <param name="Path">The first file, as the daemon names it.</param>
    /// <param name="Options">How the files are read.</param>
    /// <param name="Files">Their texts.</param>
    public sealed record Content(string Path, KeepalivedParseOptions Options, ConfigSnapshot Files)
    {
        /// <summary>Parses it again.</summary>
        public KeepalivedParseResult Parse() => KeepalivedParser.Parse(Path, Files, Options);
    }

    private static string? ReadOptional(BinaryReader reader)
    {
        bool isThere = reader.ReadBoolean();
        string value = reader.ReadString();
        return isThere ? value : null;
    }
}
