using System.CommandLine;
using System.Text.RegularExpressions;
using Holdfast.Commands;
using Holdfast.Keepalived;

namespace Holdfast.Tests;

/// <summary>The manual pages say what the command line takes.</summary>
public sealed partial class ManualTests
{
    private static string Plain(string page) => page.Replace("\\-", "-", StringComparison.Ordinal);

    [Fact]
    public void Holdfast_EveryVisibleCommandAndOption_HasItsItem()
    {
        RootCommand root = HoldfastCommands.CreateRoot();
        string[] lines = Plain(HoldfastManual.Of(root)).Split('\n');

        foreach (Command command in root.Subcommands)
        {
            Assert.Equal(
                !command.Hidden, lines.Any(line => Regex.IsMatch(line, $"^\\.SS holdfast {command.Name}( |$)")));
            foreach (Option option in command.Options.Where(o => !o.Hidden && !command.Hidden))
            {
                Assert.Contains(
                    lines, line => Regex.IsMatch(line, $@"^\\fB.*{Regex.Escape(option.Name)}( [A-Z-]+)?\\fR$"));
            }
        }
    }

    [Fact]
    public void Holdfast_AnOptionWithADefault_NamesIt()
    {
        string[] lines = Plain(HoldfastManual.Of(HoldfastCommands.CreateRoot())).Split('\n');
        int option = Array.FindIndex(lines, static line => line == "\\fB--run-dir RUN-DIR\\fR");

        Assert.Equal("Directory of the control socket. Default: /run/holdfast.", lines[option + 1]);
    }

    [Fact]
    public void Keepalived_EveryOptionOfItsHelp_HasItsItemWithItsText()
    {
        string page = Plain(KeepalivedManual.Text());
        string[] options = [.. LongOption().Matches(KeepalivedHelp.Text("keepalived")).Select(static m => m.Value)];

        Assert.True(options.Length > 30);
        foreach (string option in options)
        {
            Assert.Matches($@"\n\\fB[^\n]*{Regex.Escape(option)}[^\n]*\\fR\n[^.\n][^\n]+\n", page);
        }
    }

    [Theory]
    [InlineData("a-b", "a\\-b")]
    [InlineData(".SH", "\\&.SH")]
    [InlineData("'x", "\\&'x")]
    [InlineData("c:\\d", "c:\\ed")]
    public void Escape_WhatRoffWouldTakeForItsOwn_IsText(string text, string expected)
        => Assert.Equal(expected, ManualPage.Escape(text));

    [GeneratedRegex(@"--[a-z_-]+")]
    private static partial Regex LongOption();
}
