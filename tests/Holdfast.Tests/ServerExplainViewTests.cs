using System.Text.Json;
using Holdfast.Commands;
using Holdfast.Terminal;

namespace Holdfast.Tests;

/// <summary>The explanation of a real server from what the daemon says.</summary>
public sealed class ServerExplainViewTests
{
    [Theory]
    [InlineData("\"wanted_weight\":2,\"entry_weight\":2,", false, "its entry is removed")]
    [InlineData("\"wanted_weight\":2,", true, "its entry is removed")]
    [InlineData("", false, "without an entry as now")] // without quorum
    public void Server_AndItsEntry_AreToldApart(string weights, bool isRefused, string then)
    {
        string page = Explain($$$$$"""
            {"checks":{"plane":"ipvs","refused":["IPVS refused to add it: ENOMEM"],"services":[{"name":"web",
            "has_quorum":true,"servers":[{"address":"10.0.0.1:80","state":"up","weight":2,"configured_weight":2,
            {{{{{weights}}}}}"checkers":[{"kind":"TCP_CHECK","state":"up","retries":0,"failures":0}],
            "outlook":[{"if":"down","checker":0,"state":"down","weight_up":0,"has_quorum":true}]}]}]}}
            """);
        Assert.Equal(isRefused, page.Contains("it should have weight 2", StringComparison.Ordinal));
        Assert.Equal(isRefused, page.Contains("IPVS refused to add it", StringComparison.Ordinal));
        Assert.Contains(then, page, StringComparison.Ordinal);
    }

    private static string Explain(string reply)
    {
        using JsonDocument document = JsonDocument.Parse(reply);
        var page = new Page(colour: false, width: 0);
        ServerExplainView.Write(page, document.RootElement, DateTimeOffset.UnixEpoch);
        return page.ToString();
    }
}
