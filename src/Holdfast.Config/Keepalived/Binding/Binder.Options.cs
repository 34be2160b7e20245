using System.Collections.Immutable;
using System.Globalization;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Schema;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary><c>#holdfast:</c> options. A comment to the original, so a mistake in one must not pass as a comment here.
/// </summary>
internal sealed partial class Binder
{
    private ImmutableArray<HoldfastOption> BindOptions(BlockKind block, params ReadOnlySpan<ConfigNode> nodes)
    {
        ImmutableArray<HoldfastOption>.Builder options = ImmutableArray.CreateBuilder<HoldfastOption>();
        foreach (ConfigNode node in nodes)
        {
            List<Word> words = node.Options ?? [];
            for (int i = 0; i < words.Count;)
            {
                MappedText line = words[i].Source;
                var parts = words.FindAll(w => ReferenceEquals(w.Source, line));
                i += parts.Count;
                var option = new HoldfastOption(parts[0].Text,
                    string.Join(' ', parts.Skip(1).Select(static part => part.Text)), line.Span(0, line.Length));
                if (IsUsable(block, option, parts[0]))
                {
                    options.Add(option);
                }
            }
        }
        return options.ToImmutable();
    }

    private bool IsUsable(BlockKind block, HoldfastOption option, Word key)
    {
        if (OptionSpec.Find(block, option.Key) is not { } spec)
        {
            _findings.Report(FindingCodes.UnknownOption, key, $"there is no #holdfast: option '{option.Key}' here",
                suggestion: NearestWord.Find(option.Key, OptionSpec.KeysOf(block)));
            return false;
        }
        if (!spec.IsValue(option.Value))
        {
            _findings.Report(FindingCodes.OptionValue, key,
                $"#holdfast: {spec.Key} takes {spec.Syntax}, not '{option.Value}'");
            return false;
        }
        return true;
    }

    /// <summary>Options in blocks that have none are unknown, too.</summary>
    private void ReportMisplacedOptions(ConfigNode block)
    {
        foreach (ConfigNode child in block.ChildrenOrEmpty)
        {
            if (child.Spec.Opens is not (BlockKind.Global or BlockKind.Instance or BlockKind.VirtualServer))
            {
                _ = BindOptions(child.Spec.Opens, child);
            }
            ReportMisplacedOptions(child);
        }
    }

    /// <summary>What carries out virtual servers.</summary>
    private static ForwardingPlane PlaneOf(ImmutableArray<HoldfastOption> options)
        => options.LastOrDefault(static option => option.Key == "plane")?.Value switch
        {
            "ipvs" => ForwardingPlane.Ipvs,
            "xdp" => ForwardingPlane.Xdp,
            "nftables" => ForwardingPlane.Nftables,
            _ => ForwardingPlane.Automatic,
        };

    /// <summary>With how many virtual addresses on a node they still carry a lifetime.</summary>
    private static int AddressLifetimeLimit(ImmutableArray<HoldfastOption> options)
        => options.LastOrDefault(static option => option.Key == "address_lifetime")?.Value switch
        {
            null => GlobalModel.DefaultAddressLifetimeLimit,
            "on" => int.MaxValue,
            "off" => 0,
            string count => int.Parse(count, NumberStyles.None, CultureInfo.InvariantCulture),
        };
}
