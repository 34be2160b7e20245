using Holdfast.Config.Keepalived.Model;
using Holdfast.Config.Keepalived.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Reads <c>NAT|DR|TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum]</c>.</summary>
internal sealed class ForwardingLines(Findings findings, ValueReader values)
{
    private static readonly string[] s_methods = ["NAT", "DR", "TUN"];
    private static readonly string[] s_options = ["type", "port", "nocsum", "csum", "remcsum"];

    /// <summary>Reads the words of a method; null after an error, which has been reported.</summary>
    public ForwardingModel? Read(ConfigNode node)
    {
        if (node.Arguments.Count == 0)
        {
            return null;
        }
        switch (node.Text)
        {
            case "NAT" or "DR":
                if (node.Arguments.Count > 1)
                {
                    findings.Report(FindingCodes.ExtraWords, node.Arguments[1],
                        $"only TUN takes options, so '{node.Arguments[1]}' has no meaning", "remove it");
                }
                return new ForwardingModel(node.Text == "NAT" ? ForwardingMethod.Nat : ForwardingMethod.Direct);
            case "TUN":
                return ReadTunnel(node);
            default:
                findings.Report(FindingCodes.BadWord, node.Arguments[0],
                    $"{node.Spec.Name} cannot be '{node.Text}'", "one of NAT, DR, TUN",
                    NearestWord.Find(node.Text, s_methods));
                return null;
        }
    }

    private ForwardingModel? ReadTunnel(ConfigNode node)
    {
        List<Word> words = node.Arguments;
        var model = new ForwardingModel(ForwardingMethod.Tunnel);
        for (int i = 1; i < words.Count; i++)
        {
            switch (words[i].Text)
            {
                case "type" or "port" when i + 1 >= words.Count:
                    return Refuse(words[i], $"'{words[i]}' lacks its value", "write: TUN type gue port N");
                case "type":
                    if (ReadKind(words[++i]) is not { } kind)
                    {
                        return null;
                    }
                    model = model with { Tunnel = kind };
                    break;
                case "port":
                    if (!values.TryInteger("the port of the tunnel", words[++i], 1, 65535, out long port))
                    {
                        return null;
                    }
                    model = model with { TunnelPort = (int)port };
                    break;
                case "nocsum" or "csum" or "remcsum":
                    model = model with
                    {
                        Checksum = words[i].Text switch
                        {
                            "csum" => TunnelChecksum.Checksum,
                            "remcsum" => TunnelChecksum.Remote,
                            _ => TunnelChecksum.None,
                        },
                    };
                    break;
                default:
                    return Refuse(words[i], $"'{words[i]}' is no option of a tunnel",
                        "write: TUN [type ipip|gue port N|gre] [nocsum|csum|remcsum]",
                        NearestWord.Find(words[i].Text, s_options));
            }
        }
        return CheckTunnel(node, model);
    }

    private TunnelKind? ReadKind(in Word word)
    {
        switch (word.Text)
        {
            case "ipip":
                return TunnelKind.Ipip;
            case "gue":
                return TunnelKind.Gue;
            case "gre":
                return TunnelKind.Gre;
            default:
                Refuse(word, $"a tunnel cannot be '{word}'", "one of ipip, gue, gre",
                    NearestWord.Find(word.Text, ["ipip", "gue", "gre"]));
                return null;
        }
    }

    private ForwardingModel? CheckTunnel(ConfigNode node, ForwardingModel model)
    {
        if ((model.Tunnel == TunnelKind.Gue) != (model.TunnelPort != 0))
        {
            return Refuse(node.Arguments[0], model.TunnelPort == 0 ? "a gue tunnel needs its port"
                : "only gue tunnels have a port", "write: TUN type gue port N");
        }
        if (model.Tunnel == TunnelKind.Ipip && model.Checksum != TunnelChecksum.None)
        {
            return Refuse(node.Arguments[0], "ipip tunnels have no checksum", "remove csum or remcsum");
        }
        if (model.Tunnel == TunnelKind.Gre && model.Checksum == TunnelChecksum.Remote)
        {
            return Refuse(node.Arguments[0], "gre tunnels have no remote checksum", "write csum");
        }
        return model;
    }

    private ForwardingModel? Refuse(in Word word, string message, string help, string? suggestion = null)
    {
        findings.Report(FindingCodes.ServerLine, word, message, help, suggestion);
        return null;
    }
}
