using System.Text.Json;
using System.Text.RegularExpressions;
using Holdfast.Linux.Abi;

namespace Holdfast.Parity.Tests.Vrrp;

/// <summary>The files that USR1, USR2 and the JSON signal write are in the original's formats.</summary>
public sealed partial class DumpTests
{
    private static readonly string s_config = new InstanceText
    {
        Version = 2,
        Priority = 255,
        Password = "1111",
        Addresses = "192.168.1.100/24 dev eth0 label eth0:1",
        More = "virtual_routes {\n 10.20.0.0/16 via 192.168.1.13 dev eth0\n }\n"
            + "virtual_rules {\n from 192.168.1.100 table 100 priority 1000\n }",
    }.ToString();

    [Fact]
    public void Json_HasTheOriginalsKeysExceptThePassword()
    {
        JsonElement original = Dump(Maker.Original);
        JsonElement ours = Dump(Maker.Holdfast);
        Assert.Equal(Keys(original).Where(key => !key.Contains("auth_data", StringComparison.Ordinal)), Keys(ours));
        foreach (string list in (string[])["vips", "vroutes", "vrules"])
        {
            Assert.Equal(original[0].GetProperty("data").GetProperty(list).ToString(),
                ours[0].GetProperty("data").GetProperty(list).ToString().Replace("/", "\\/", StringComparison.Ordinal));
        }
        Assert.DoesNotContain("1111", ours.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Statistics_HaveTheOriginalsLines()
        => Assert.Equal(
            Labels(File(Maker.Original, Signal.SIGUSR2, "/tmp/keepalived.stats", "Priority Zero")),
            Labels(File(Maker.Holdfast, Signal.SIGUSR2, "/tmp/keepalived.stats", "Priority Zero")));

    [Theory]
    [InlineData(Maker.Holdfast)]
    [InlineData(Maker.Original)]
    public void Data_TellsOfTheInstance(Maker maker)
    {
        string text = File(maker, Signal.SIGUSR1, "/tmp/keepalived.data", "Virtual Router ID");
        foreach (string line in (string[])["VRRP Instance = VI_1", "State = MASTER", "Virtual Router ID = 51",
            "Priority = 255", "192.168.1.100"])
        {
            Assert.Contains(line, text, StringComparison.Ordinal);
        }
    }

    private static JsonElement Dump(Maker maker)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, maker, s_config);
        a.NextState("MASTER");
        return a.Dump();
    }

    private static string File(Maker maker, Signal signal, string path, string last)
    {
        using var lan = new TestLan();
        Router a = lan.Start(lan.A, maker, s_config);
        a.NextState("MASTER");
        a.Process.Signal(signal);
        string text = "";
        Patience.Until(() => (text = lan.A.ReadFile(path) ?? "").Contains(last, StringComparison.Ordinal),
            () => $"{path}: {text}");
        return text;
    }

    private static string[] Labels(string text)
        => [.. text.Split('\n').Select(line => Digits().Replace(line, "N").TrimEnd())];

    private static SortedSet<string> Keys(JsonElement element, string path = "")
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        Collect(element, path, keys);
        return keys;
    }

    private static void Collect(JsonElement element, string path, SortedSet<string> keys)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                keys.Add($"{path}.{property.Name}");
                Collect(property.Value, $"{path}.{property.Name}", keys);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement one in element.EnumerateArray())
            {
                Collect(one, path + "[]", keys);
            }
        }
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
