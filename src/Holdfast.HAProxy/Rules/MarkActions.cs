using System.Globalization;
using Holdfast.Config.HAProxy.Model;

namespace Holdfast.HAProxy.Rules;

/// <summary>How packets are marked: <c>set-mark</c>, <c>set-tos</c> and their forms of either side.</summary>
internal static class MarkActions
{
    public static RuleStep Compile(SetWordAction action)
    {
        int value = Parse(action.Value);
        return action.Name switch
        {
            "set-bc-mark" => context =>
            {
                context.ServerMark = value;
                return Verdict.Continue;
            },
            "set-bc-tos" => context =>
            {
                context.ServerTypeOfService = value;
                return Verdict.Continue;
            },
            "set-tos" or "set-fc-tos" => context =>
            {
                context.ClientSocket?.SetTypeOfService(value);
                return Verdict.Continue;
            },
            _ => context =>
            {
                context.ClientSocket?.SetMark(value);
                return Verdict.Continue;
            },
        };
    }

    /// <summary>Decimal, or with 0x; what the parser has found good.</summary>
    private static int Parse(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
        ? unchecked((int)ulong.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture))
        : unchecked((int)ulong.Parse(text, CultureInfo.InvariantCulture));
}
