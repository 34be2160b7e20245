using System.Globalization;
using System.Text;

namespace Holdfast.HAProxyParity.Tests.Scenarios;

/// <summary>Scenarios that one process runs one after another.</summary>
/// <param name="Name">Of the file, without its ending.</param>
/// <param name="Global">What it adds to the global section; with its line ends.</param>
/// <param name="Scenarios">In the order of the file.</param>
internal sealed record ScenarioFile(string Name, string Global, IReadOnlyList<Scenario> Scenarios)
{
    /// <summary>Reads a file as data/README.md describes it.</summary>
    /// <exception cref="FormatException">A line that says nothing.</exception>
    public static ScenarioFile Parse(string name, string text)
    {
        var reader = new Reader(name);
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            reader.Take(lines[i].TrimEnd(), i + 1);
        }
        return reader.Finish();
    }

    private sealed class Reader(string file)
    {
        private readonly StringBuilder _global = new();
        private readonly List<Scenario> _scenarios = [];
        private StringBuilder _configuration = new();
        private Dictionary<string, IReadOnlyList<Step>>? _scripts;
        private string _block = "";
        private string _scenario = "";

        public void Take(string line, int number)
        {
            if (line.Length == 0 || line[0] == '#')
            {
                return;
            }
            if (line[0] != ' ')
            {
                Begin(line, number);
            }
            else if (_block == "global")
            {
                _global.Append(line).Append('\n');
            }
            else if (_block == "config")
            {
                // Sections stand four columns in, and what is in them eight.
                _configuration.Append(line.StartsWith("     ", StringComparison.Ordinal) ? line : line[4..])
                    .Append('\n');
            }
            else
            {
                AddStep(line.Trim(), number);
            }
        }

        public ScenarioFile Finish()
        {
            End();
            return new(file, _global.ToString(), _scenarios);
        }

        private void Begin(string line, int number)
        {
            End();
            string[] words = line.Split(' ');
            _block = words[0];
            switch (words)
            {
                case ["global"]:
                    break;
                case ["config"]:
                    _configuration = new StringBuilder();
                    break;
                case ["scenario", var name]:
                    _scenario = name;
                    _scripts = [];
                    break;
                default:
                    throw new FormatException($"{file}:{number}: {line}");
            }
        }

        private void End()
        {
            if (_scripts is { } scripts)
            {
                string id = string.Create(CultureInfo.InvariantCulture, $"p{_scenarios.Count + 1:00}");
                _scenarios.Add(new Scenario($"{file}/{_scenario}", id, _configuration.ToString(), scripts));
                _scripts = null;
            }
        }

        private void AddStep(string line, int number)
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0 || _scripts is null)
            {
                throw new FormatException($"{file}:{number}: {line}");
            }
            string actor = line[..colon];
            string[] words = line[(colon + 2)..].Split(' ', 2);
            _scripts.TryAdd(actor, new List<Step>());
            string[] repeated = words[0].Split('*');
            int times = repeated.Length > 1 ? int.Parse(repeated[1], CultureInfo.InvariantCulture) : 1;
            var step = new Step(repeated[0], words.Length > 1 ? words[1] : "", number);
            ((List<Step>)_scripts[actor]).AddRange(Enumerable.Repeat(step, times));
        }
    }
}
