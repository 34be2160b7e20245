using Holdfast.Primitives;

namespace Holdfast.Config.Keepalived.Syntax;

/// <summary>The words before the brace of a virtual or real server.</summary>
internal sealed partial class ValueReader
{
    /// <summary>Reads <c>ADDRESS [PORT]</c>, <c>fwmark N</c> or <c>group NAME</c>; a bad one skips the block.</summary>
    private bool ReadServer(ConfigNode node, List<Word> words)
    {
        bool isService = node.Spec.Name == "virtual_server";
        if (isService && words[0].Text is "fwmark" or "group")
        {
            if (words.Count < 2)
            {
                findings.Report(FindingCodes.MissingParameter, words[0], $"virtual_server {words[0]} lacks its value");
                return false;
            }
            if (words[0].Text == "fwmark")
            {
                if (!TryInteger("fwmark", words[1], 0, uint.MaxValue, out long mark))
                {
                    return false;
                }
                if (mark == 0)
                {
                    findings.Report(FindingCodes.ServerLine, words[1], "0 is what packets without a mark have");
                }
            }
            return WarnExtra(node, 2);
        }
        string text = words[0].Text;
        int cut = text.AsSpan().IndexOfAny('-', '/');
        if (!IpAddress.TryParse(cut < 0 ? text : text.AsSpan(0, cut), out IpAddress address))
        {
            findings.Report(FindingCodes.ServerLine, words[0], $"{node.Spec.Name} '{text}' is not an address",
                "write ADDRESS PORT");
            return false;
        }
        if (cut >= 0)
        {
            findings.Report(FindingCodes.ServerRange, words[0], $"{node.Spec.Name} takes one address, not '{text}'",
                isService ? "put a range into a virtual_server_group" : $"write {address}");
        }
        node.Address = address;
        long port = 0;
        if (words.Count > 1 && words[1].Text != "0" && !TryInteger("port", words[1], 1, 65535, out port))
        {
            return false;
        }
        node.Number = port;
        return WarnExtra(node, 2);
    }
}
