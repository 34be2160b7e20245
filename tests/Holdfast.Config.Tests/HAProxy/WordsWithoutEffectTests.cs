using Holdfast.Config.HAProxy;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.HAProxy;

/// <summary>
/// Nothing is left out in silence: each word of the table that has no effect warns, wherever a file may have it.
/// </summary>
public sealed class WordsWithoutEffectTests
{
    private static readonly (Places Place, string Head)[] s_sections =
    [
        (Places.Defaults, "defaults d\n"),
        (Places.Frontend, "frontend f\n    bind :80\n"),
        (Places.Listen, "listen l\n    bind :80\n"),
        (Places.Backend, "backend b\n"),
    ];

    private static readonly (KeywordGroup Group, string Rule)[] s_rules =
    [
        (KeywordGroup.ConnectionAction, "tcp-request connection"), (KeywordGroup.SessionAction, "tcp-request session"),
        (KeywordGroup.ContentAction, "tcp-request content"), (KeywordGroup.ResponseAction, "tcp-response content"),
        (KeywordGroup.HttpRequestAction, "http-request"), (KeywordGroup.HttpResponseAction, "http-response"),
        (KeywordGroup.HttpAfterResponseAction, "http-after-response"),
    ];

    [Fact]
    public void Word_WithoutEffect_WarnsWhereverItMayStand()
    {
        var silent = new List<string>();
        int tried = 0;
        foreach (KeywordSpec word in WithoutEffect())
        {
            foreach (string text in Texts(word))
            {
                tried++;
                HAProxyParseResult result = Cfg.Parse(text);
                // Old sections and newer words may have more to say; what counts is that this is said.
                if (!result.Diagnostics.Any(d => d.Severity == Severity.Warning && d.Code == "HA0152"
                    && d.Message.Contains(word.Name, StringComparison.Ordinal)))
                {
                    silent.Add($"{word.Group} {word.Name}: {text.ReplaceLineEndings(" / ")}");
                }
            }
        }
        Assert.Empty(silent);
        Assert.True(tried > 400, $"{tried} texts");
    }

    [Fact]
    public void Table_GroupsWithWordsWithoutEffect_AreAllTried()
        => Assert.All(WithoutEffect().Select(static w => w.Group).Distinct(), static group => Assert.True(
            group is KeywordGroup.Section or KeywordGroup.Global or KeywordGroup.Proxy or KeywordGroup.Option
                or KeywordGroup.Bind or KeywordGroup.Server or KeywordGroup.Stats || s_rules.Any(r => r.Group == group),
            $"no text is made for words of {group}"));

    [Theory]
    [InlineData("ssl-default-bind-options", "allow-0rtt")]
    [InlineData("ssl-default-bind-options", "nice")]
    [InlineData("ssl-default-bind-options", "crt")]
    [InlineData("ssl-default-server-options", "strict-sni")]
    [InlineData("ssl-default-server-options", "tfo")]
    public void DefaultOptions_OfWhatIsNone_AreAnError(string keyword, string word)
        => Assert.Contains(Cfg.Parse($"global\n    {keyword} {word}\n").Diagnostics,
            static d => d.Severity == Severity.Error && d.Code == "HA0100");

    [Fact]
    public void SilentDrop_WithATimeToLive_IsNotSupported()
        => Assert.Contains(Cfg.Parse(Cfg.Defaults + "frontend f\n    bind :80\n"
            + "    http-request silent-drop rst-ttl 3\n").Diagnostics, static d => d.Code == "HA0150");

    private static IEnumerable<KeywordSpec> WithoutEffect()
        => KeywordTable.Groups.SelectMany(KeywordTable.Of)
            .Where(static w => w.Support is SupportClass.Cosmetic or SupportClass.Performance);

    private static IEnumerable<string> Texts(KeywordSpec word) => word.Group switch
    {
        KeywordGroup.Section => [$"{word.Name} a\n"],
        KeywordGroup.Global => [$"global\n    {word.Name}\n", $"global\n    {word.Name} 1\n"],
        KeywordGroup.Proxy => Sections(word.Places, $"{word.Name} 1"),
        KeywordGroup.Option =>
            [.. Sections(word.Places, $"option {word.Name}"), .. Sections(word.Places, $"no option {word.Name}")],
        KeywordGroup.Stats => word.Places == Places.Global
            ? [$"global\n    stats {word.Name} 1\n"] : Sections(word.Places, $"stats {word.Name}"),
        KeywordGroup.Bind =>
        [
            .. Sections(Places.Frontend | Places.Listen, $"bind :81 {Option(word)}"),
            $"global\n    stats socket /run/a {Option(word)}\n",
        ],
        KeywordGroup.Server =>
        [
            .. Sections(Places.Listen | Places.Backend, $"server s 127.0.0.1:80 {Option(word)}"),
            .. Sections(Places.Listen | Places.Backend, $"server-template s 1-2 127.0.0.1:80 {Option(word)}"),
            .. Sections(Places.Defaults | Places.Listen | Places.Backend, $"default-server {Option(word)}"),
        ],
        _ => s_rules.Where(r => r.Group == word.Group).SelectMany(rule => Sections(
            rule.Group is KeywordGroup.ConnectionAction or KeywordGroup.SessionAction
                ? Places.Defaults | Places.Frontend | Places.Listen
                : rule.Group == KeywordGroup.ResponseAction ? Places.Defaults | Places.Listen | Places.Backend
                    : Places.Defaults | Places.Frontend | Places.Listen | Places.Backend,
            $"{rule.Rule} {word.Name} 1")),
    };

    private static string Option(KeywordSpec word)
        => Holdfast.Config.HAProxy.Binding.LineOptions.ArgumentsOf(word.Group, word.Name) > 0
            ? $"{word.Name} 1" : word.Name;

    private static IEnumerable<string> Sections(Places places, string line)
        => s_sections.Where(s => places.HasFlag(s.Place)).Select(s => $"{s.Head}    {line}\n");
}
