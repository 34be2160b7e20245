using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Reads the lines of a <c>virtual_server_group</c>: addresses, ranges, prefixes and marks.</summary>
internal sealed class GroupLines(Findings findings, ValueReader values)
{
    // Each address is a service of the kernel, with all real servers. Of a group; more is a mistyped prefix.
    private const long AddressesMax = 1 << 16;

    private const string TooLargeHelp = "a group has at most 65536 addresses";

    /// <summary>Reads a group; null when nothing in it could be read.</summary>
    public VirtualServerGroupModel? Read(ConfigNode block)
    {
        ImmutableArray<GroupEntryModel>.Builder entries = ImmutableArray.CreateBuilder<GroupEntryModel>();
        long total = 0;
        foreach (MappedText line in block.LinesOrEmpty)
        {
            List<Word> words = WordSplitter.Split(line);
            if (ReadLine(words) is not { } entry)
            {
                continue;
            }
            entries.Add(entry);
            total += entry.Count;
            if (total > AddressesMax)
            {
                _ = Refuse(words[0], $"group '{block.Text}' is more addresses than can be served",
                    FindingCodes.GroupTooLarge, TooLargeHelp);
                return null;
            }
        }
        bool v4 = entries.Any(static e => e.First.IsV4);
        bool v6 = entries.Any(static e => e.First.IsV6);
        if (entries.Count == 0)
        {
            findings.Report(FindingCodes.ServerIncomplete, block.Arguments[0], $"group '{block.Text}' has no entry",
                "add ADDRESS [PORT] or fwmark N");
            return null;
        }
        if (v4 && v6 && entries.FirstOrDefault(static e => e.IsMark && e.MarkFamily == IpFamily.None) is { } mark)
        {
            findings.Report(FindingCodes.ServerFamily, mark.Span,
                "a mark beside addresses of both families needs its own", "write: fwmark N inet, or inet6");
            return null;
        }
        return new VirtualServerGroupModel(block.Text, entries.ToImmutable(), block.Span);
    }

    private GroupEntryModel? ReadLine(List<Word> words)
        => words.Count == 0 ? null : words[0].Text == "fwmark" ? ReadMark(words) : ReadAddresses(words);

    private GroupEntryModel? ReadMark(List<Word> words)
    {
        if (words.Count < 2)
        {
            findings.Report(FindingCodes.MissingParameter, words[0], "fwmark lacks its number", "write: fwmark N");
            return null;
        }
        if (!values.TryInteger("fwmark", words[1], 0, uint.MaxValue, out long mark))
        {
            return null;
        }
        IpFamily family = IpFamily.None;
        if (words.Count > 2)
        {
            if (words[2].Text is not ("inet" or "inet6"))
            {
                findings.Report(FindingCodes.ServerLine, words[2], $"the family of a mark cannot be '{words[2]}'",
                    "one of inet, inet6", NearestWord.Find(words[2].Text, ["inet", "inet6"]));
                return null;
            }
            family = words[2].Text == "inet" ? IpFamily.V4 : IpFamily.V6;
        }
        return new GroupEntryModel(default, 1, 0, (uint)mark, family, words[0].Span);
    }

    private GroupEntryModel? ReadAddresses(List<Word> words)
    {
        Word word = words[0];
        string text = word.Text;
        int cut = text.AsSpan().IndexOfAny('-', '/');
        if (!IpAddress.TryParse(cut < 0 ? text : text.AsSpan(0, cut), out IpAddress first))
        {
            return Refuse(word, $"'{text}' is not an address or a range of them");
        }
        long port = 0;
        if (words.Count > 1 && words[1].Text != "0" && !values.TryInteger("port", words[1], 1, 65535, out port))
        {
            return null;
        }
        long count = 1;
        if (cut >= 0 && (text[cut] == '-' ? Range(word, first, text[(cut + 1)..], out count)
            : Prefix(word, first, text[(cut + 1)..], out count)) is false)
        {
            return null;
        }
        if (count > AddressesMax)
        {
            return Refuse(word, $"'{text}' is more addresses than can be served",
                FindingCodes.GroupTooLarge, TooLargeHelp);
        }
        return new GroupEntryModel(first, count, (int)port, 0, IpFamily.None, word.Span);
    }

    private bool Range(in Word word, IpAddress first, string end, out long count)
    {
        count = 0;
        if (!IpAddress.TryParse(end, out IpAddress last))
        {
            // The last part alone: decimal in IPv4, hexadecimal in IPv6.
            ulong partMask = first.IsV4 ? 0xFFUL : 0xFFFFUL;
            if (!ulong.TryParse(end, first.IsV4 ? NumberStyles.None : NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture, out ulong part) || part > partMask)
            {
                return Refuse(word, $"'{end}' is not the end of a range") is not null;
            }
            last = first.IsV4 ? first with { High = (first.High & ~(partMask << 32)) | (part << 32) }
                : first with { Low = (first.Low & ~partMask) | part };
        }
        if (last.Family != first.Family)
        {
            return Refuse(word, "both ends of a range have to be of one family") is not null;
        }
        if (last.CompareTo(first) <= 0 && !(last == first && end.Contains('.')))
        {
            return Refuse(word, "the end of a range has to be greater than its begin") is not null;
        }
        UInt128 distance = Value(last) - Value(first);
        count = distance >= AddressesMax ? AddressesMax + 1 : (long)distance + 1;
        return true;
    }

    private bool Prefix(in Word word, IpAddress first, string length, out long count)
    {
        count = 0;
        if (!int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
            || bits < 1 || bits > first.BitCount)
        {
            return Refuse(word, $"'/{length}' is not a prefix length") is not null;
        }
        if (first.Mask(bits) != first)
        {
            return Refuse(word, $"{first} has bits after its first {bits}",
                help: $"write {first.Mask(bits)}/{length}") is not null;
        }
        int free = first.BitCount - bits;
        count = free > 16 ? AddressesMax + 1 : 1L << free;
        return true;
    }

    private static UInt128 Value(IpAddress address)
        => address.IsV4 ? address.High >> 32 : new UInt128(address.High, address.Low);

    private GroupEntryModel? Refuse(in Word word, string message, FindingCode? code = null, string? help = null)
    {
        findings.Report(code ?? FindingCodes.ServerLine, word, message,
            help ?? "write ADDRESS, FIRST-LAST or ADDRESS/LENGTH, then a port");
        return null;
    }
}
